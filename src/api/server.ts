import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Context } from 'hono';
import { OperatorError } from '../platform/errors.ts';
import type { ApiEnv } from './context.ts';

const statusOf: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};

export interface ApiServerOptions {
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'];
  host: string;
  /** 0 takes a free one. */
  port: number;
  maxConnections?: number;
  /** Shorter in tests that wait for them. */
  headersTimeoutMs?: number;
  requestTimeoutMs?: number;
  checkIntervalMs?: number;
}

export interface ApiServer {
  url: string;
  port: number;
  /** Takes no new connection, lets running requests end for up to `graceMs`, then closes what is left. Streams are ended by their hub first. */
  stop(graceMs?: number): Promise<void>;
}

const longBody = Symbol('its body may come for longer than the server waits for one');

/** For a route that has limits of its own for how long a body may come. Returns what ends it. */
export function allowLongBody(c: Context<ApiEnv>): () => void {
  const socket = c.env?.incoming?.socket as (object & { [longBody]?: boolean }) | undefined;
  if (socket) socket[longBody] = true;
  return () => {
    if (socket) socket[longBody] = false;
  };
}

/** Listens, with every limit set that Node leaves wide open. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = createAdaptorServer({
    fetch: options.fetch,
    serverOptions: {
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      connectionsCheckingInterval: options.checkIntervalMs ?? 5_000,
      keepAliveTimeout: 15_000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  // As Node does without a listener, but for bodies that may last. Node asks once per request only.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as { [longBody]?: boolean })[longBody] === true) return;
    const status = statusOf[error.code ?? ''] ?? '400 Bad Request';
    const { _httpMessage: answer } = socket as { _httpMessage?: { headersSent: boolean } | null };
    if (socket.writable && answer?.headersSent !== true)
      socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.destroy(error);
  });
  server.maxConnections = options.maxConnections ?? 2_000;
  server.maxHeadersCount = 64;
  const { address, port } = await listen(server, options.host, options.port);
  const host = address.includes(':') ? `[${address}]` : address;

  return {
    url: `http://${host}:${port}`,
    port,
    async stop(graceMs = 2_000) {
      const closed = once(server, 'close');
      server.close();
      // A connection whose answer ends only now stays open for a next request: look for such until all are gone.
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** @throws OperatorError when somebody listens there already: better said before a database is started than after. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  server.close();
  await once(server, 'close');
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      throw new OperatorError(`Port ${port} is in use by another program: stop it, or set PORT to another one.`);
    }
    if (code === 'EACCES')
      throw new OperatorError(`This user may not listen on port ${port}: set PORT to another one.`);
    throw new OperatorError(`The API cannot listen on ${host}:${port} (${code}).`);
  }
  return server.address() as AddressInfo;
}
