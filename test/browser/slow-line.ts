import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A line between a browser and the service that can be made to stand still, as a tab that sleeps makes it. */
export async function startSlowLine(target: string) {
  const { port, hostname } = new URL(target);
  const upstreams = new Map<Socket, Socket>();
  const drips: NodeJS.Timeout[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    upstreams.set(upstream, client);
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        upstreams.delete(upstream);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Of what runs now only drops arrive: enough to seem alive, far too little to keep up. New connections are as fast as ever. */
    slowDown() {
      for (const [upstream, client] of upstreams) {
        upstream.unpipe().pause();
        drips.push(
          setInterval(() => {
            const drop = upstream.read(64) as Buffer | null;
            if (drop && client.writable) client.write(drop);
          }, 500),
        );
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const drip of drips) clearInterval(drip);
        for (const upstream of upstreams.keys()) upstream.destroy();
        server.close(() => resolve());
      }),
  };
}
