/** A closed loop of requests over kept connections: each sends its next one when its answer is complete. Plain sockets, so that it costs little. */
import { connect, type Socket } from 'node:net';
import { answerParent } from '../child-link.ts';
import { percentile } from '../statistics.ts';

interface Load {
  url: string;
  path: string;
  key: string;
  connections: number;
  windowMs: number;
}

export interface LoadFigures {
  requestsPerS: number;
  p50Ms: number;
  p99Ms: number;
  bytes: number;
}

async function run({ url, path, key, connections, windowMs }: Load): Promise<LoadFigures> {
  const { hostname, port, host } = new URL(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\nAccept: application/json\r\n\r\n`;
  const times: number[] = [];
  let bytes = 0;
  const endMs = performance.now() + windowMs;
  const sockets: Socket[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname).setNoDelay(true);
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        let sentMs = 0;
        const next = () => {
          sentMs = performance.now();
          if (sentMs >= endMs) return resolve();
          socket.write(request);
        };
        readAnswers(
          socket,
          (length) => {
            times.push(performance.now() - sentMs);
            bytes = length;
            next();
          },
          reject,
        );
        socket.once('connect', next);
      });
    }),
  );
  for (const socket of sockets) socket.destroy();
  return {
    requestsPerS: (times.length * 1000) / windowMs,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    bytes,
  };
}

/** Calls back with the length of each body. One answer at a time: nothing is sent before it has come. */
function readAnswers(socket: Socket, onAnswer: (length: number) => void, onBad: (error: Error) => void): void {
  let chunks: Buffer[] = [];
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    const all = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    const headEnd = all.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = all.toString('latin1', 0, headEnd);
    if (!head.startsWith('HTTP/1.1 200'))
      return onBad(new Error(`${head}\n${all.toString('utf8', headEnd, headEnd + 300)}`));
    const length = /content-length: (\d+)/i.exec(head)?.[1];
    const whole =
      length === undefined
        ? all.subarray(-5).toString('latin1') === '0\r\n\r\n'
        : all.length >= headEnd + 4 + Number(length);
    if (!whole) {
      chunks = [all];
      return;
    }
    chunks = [];
    onAnswer(all.length - headEnd - 4);
  });
}

answerParent({ run });
process.once('SIGTERM', () => process.exit(0));
