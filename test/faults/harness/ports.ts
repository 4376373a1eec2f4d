import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { waitFor } from '../../helpers/wait-for.ts';

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something takes connections on the port. */
export async function listening(port: number, alive: () => boolean): Promise<void> {
  await waitFor(`port ${port} to take connections`, async () => {
    if (!alive()) throw new Error('the program has ended');
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } finally {
      socket.destroy();
    }
  });
}
