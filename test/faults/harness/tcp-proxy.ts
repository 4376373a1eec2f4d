import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a service and the database, and loses what it is told to lose. */
export interface TcpProxy {
  port: number;
  /**
   * The next request that contains `marker` reaches the server and is answered there, but the answer never reaches the client: its
   * connection ends instead. Settles when that has happened.
   */
  loseAnswerTo(marker: string): Promise<void>;
  /** The next request that contains `marker` is lost with its connection, at once or when it has hung for a while. */
  loseRequest(marker: string, hangsMs?: number): Promise<void>;
  end(): Promise<void>;
}

interface Trap {
  marker: Buffer;
  reachesServer: boolean;
  hangsMs: number;
  sprung: () => void;
}

interface Pair {
  client: Socket;
  server: Socket;
  /** The answer to come is lost, and with it the connection. */
  losing: Trap | null;
  /** Nothing of the client's reaches the server any more. */
  deaf: boolean;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const traps: Trap[] = [];
  const pairs = new Set<Pair>();
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, server, losing: null, deaf: false };
    pairs.add(pair);
    const cut = () => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
    };
    for (const socket of [client, server]) socket.on('error', cut).on('close', cut);
    client.on('data', (chunk) => fromClient(pair, chunk, traps, cut));
    server.on('data', (chunk) => fromServer(pair, chunk, cut));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const set = (marker: string, reachesServer: boolean, hangsMs = 0) =>
    new Promise<void>((sprung) => traps.push({ marker: Buffer.from(marker), reachesServer, hangsMs, sprung }));
  return {
    port: (listener.address() as AddressInfo).port,
    loseAnswerTo: (marker) => set(marker, true),
    loseRequest: (marker, hangsMs) => set(marker, false, hangsMs),
    async end() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, 'close');
    },
  };
}

function fromClient(pair: Pair, chunk: Buffer, traps: Trap[], cut: () => void): void {
  if (pair.deaf) return;
  const index = pair.losing ? -1 : traps.findIndex(({ marker }) => chunk.includes(marker));
  const [trap] = index < 0 ? [] : traps.splice(index, 1);
  if (trap && !trap.reachesServer) {
    pair.deaf = true;
    const lose = () => {
      cut();
      trap.sprung();
    };
    if (trap.hangsMs > 0) setTimeout(lose, trap.hangsMs);
    else lose();
    return;
  }
  if (trap) pair.losing = trap;
  pair.server.write(chunk);
}

function fromServer(pair: Pair, chunk: Buffer, cut: () => void): void {
  if (!pair.losing) {
    pair.client.write(chunk);
    return;
  }
  // 'C' (command complete) and 'Z' (ready for query) stand in the answer: what was asked has been committed.
  if (!endsWithReady(chunk)) return;
  const { sprung } = pair.losing;
  cut();
  sprung();
}

/** The server's last message is ReadyForQuery: type `Z`, length 5, one byte of status. */
function endsWithReady(chunk: Buffer): boolean {
  const at = chunk.length - 6;
  return at >= 0 && chunk[at] === 0x5a && chunk.readUInt32BE(at + 1) === 5;
}
