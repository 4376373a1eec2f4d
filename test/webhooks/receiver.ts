import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from '../../schema/wire/api/webhook.ts';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  event: CloudEvent;
}

export interface Receiver {
  url: string;
  port: number;
  got: Received[];
  /** How it answers from now on; 200 at first. */
  answer: (response: ServerResponse, received: Received) => void;
  stop(): Promise<void>;
}

/** A real receiver on loopback that keeps what it gets. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const received = { path: request.url ?? '', headers: request.headers, text, event: JSON.parse(text) };
      receiver.got.push(received);
      receiver.answer(response, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${bound}/hook`,
    port: bound,
    got: [],
    answer: (response) => response.writeHead(200).end('thanks'),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
