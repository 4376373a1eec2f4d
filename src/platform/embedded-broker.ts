import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthErrorCode, type AuthenticateError, type Client } from 'aedes';
import { OperatorError } from './errors.ts';

/** Who may connect, and what each may publish and read. The same object generates Mosquitto's ACL elsewhere. */
export interface BrokerAcl<Principal> {
  authenticate(
    username: string | undefined,
    password: string | undefined,
  ): Promise<Principal | null> | Principal | null;
  /** Asked for every publish and for every will. */
  mayPublish(principal: Principal, topic: string): boolean;
  maySubscribe(principal: Principal, filter: string): boolean;
}

export interface EmbeddedBrokerOptions<Principal> {
  acl: BrokerAcl<Principal>;
  /** 0 or left out: a free one. */
  port?: number;
  /** At most so many sockets; the next one is closed at once. */
  maxConnections?: number;
  /** A publish above this ends the connection. Above the contract's 64 KB, so that the service still gets to count a message a bit too large. */
  maxPayloadBytes?: number;
  /** A connection, publish or subscription was refused, or a client failed: one sentence and who it was. */
  onRefused?: (refusal: Refusal) => void;
}

export interface Refusal {
  reason: string;
  clientId: string | null;
  username: string | null;
}

export interface EmbeddedBroker {
  url: string;
  port: number;
  connectedClients(): number;
  /** Closes every connection and the port. Nothing is kept: a broker started after it knows nothing of this one. */
  stop(): Promise<void>;
}

interface Session<Principal> {
  principal: Principal;
  username: string | null;
}

const refusedLogin = 5 as AuthErrorCode.NOT_AUTHORIZED;
const refusedIdentifier = 2 as AuthErrorCode.IDENTIFIER_REJECTED;

/**
 * An MQTT 3.1.1 broker on loopback, for `npm start` and tests. Sessions are always clean, retained messages, `$SYS` and shared
 * subscriptions are refused, and a client id belongs to the user that uses it: a station cannot throw out another one, nor the service.
 */
export async function startEmbeddedBroker<Principal>(
  options: EmbeddedBrokerOptions<Principal>,
): Promise<EmbeddedBroker> {
  const sessions = new WeakMap<Client, Session<Principal>>();
  const holders = new Map<string, Client>();
  const aedes = await createAedes(options, sessions, holders);
  const sockets = new Set<Socket>();
  // Without no-delay small messages wait for the acknowledgement of the ones before: 66 ms instead of 1.3 ms at 130 events/s.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.maxConnections = options.maxConnections ?? 5000;
  const port = await listen(server, options.port ?? 0);

  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    connectedClients: () => aedes.connectedClients,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function createAedes<Principal>(
  options: EmbeddedBrokerOptions<Principal>,
  sessions: WeakMap<Client, Session<Principal>>,
  holders: Map<string, Client>,
): Promise<Aedes> {
  const { acl, maxPayloadBytes = 256 * 1024 } = options;
  const aedes = await Aedes.createBroker({
    connectTimeout: 10_000,
    drainTimeout: 10_000,
    keepaliveLimit: 300,
    maxTopicLevels: 8,
    queueLimit: 1000,
    maxInflightInbound: 20,
    preConnect: (_client, packet, done) => {
      // A stored session would queue for an absent station without bound; the journals on both sides make it needless.
      packet.clean = true;
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      admit({ acl, sessions, holders }, client, username, password?.toString('utf8')).then(
        () => done(null, true),
        (error: AuthenticateError) => done(error, false),
      );
    },
    authorizePublish: (client, packet, done) => {
      const session = client && sessions.get(client);
      if (packet.topic.startsWith('$')) return done(new Error(`publish to ${packet.topic} refused`));
      if (packet.retain) return done(new Error(`retained publish to ${packet.topic} refused`));
      if (packet.payload.length > maxPayloadBytes)
        return done(new Error(`publish of ${packet.payload.length} bytes refused`));
      if (!session || !acl.mayPublish(session.principal, packet.topic))
        return done(new Error(`publish to ${packet.topic} refused`));
      done(null);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const session = sessions.get(client);
      const allowed =
        session && !subscription.topic.startsWith('$') && acl.maySubscribe(session.principal, subscription.topic);
      if (allowed) return done(null, subscription);
      report(client, new Error(`subscription to ${subscription.topic} refused`));
      // Null, not an error: the client gets the failure code 0x80 in its SUBACK, as the standard has it.
      done(null, null);
    },
  });
  const report = (client: Client, error: Error) =>
    options.onRefused?.({
      reason: error.message,
      clientId: client.id,
      username: sessions.get(client)?.username ?? null,
    });
  aedes.on('clientError', report);
  aedes.on('connectionError', report);
  aedes.on('clientDisconnect', (client) => {
    if (holders.get(client.id) === client) holders.delete(client.id);
  });
  return aedes;
}

async function admit<Principal>(
  broker: {
    acl: BrokerAcl<Principal>;
    sessions: WeakMap<Client, Session<Principal>>;
    holders: Map<string, Client>;
  },
  client: Client,
  username: string | undefined,
  password: string | undefined,
): Promise<void> {
  const { acl, sessions, holders } = broker;
  const principal = await acl.authenticate(username, password);
  if (principal === null) throw refusal('login refused', refusedLogin);
  const holder = holders.get(client.id);
  if (holder && sessions.get(holder)?.username !== (username ?? null)) {
    throw refusal('client id in use by another user', refusedIdentifier);
  }
  sessions.set(client, { principal, username: username ?? null });
  holders.set(client.id, client);
}

function refusal(message: string, returnCode: AuthErrorCode): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new OperatorError(`Port ${port} for the embedded MQTT broker is in use by another program.`);
    throw new OperatorError(`The embedded MQTT broker cannot listen on port ${port} (${code}).`);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
