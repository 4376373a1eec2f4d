import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { OperatorError } from '../platform/errors.ts';

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
