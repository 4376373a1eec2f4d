import type { Role } from '../../../schema/wire/api/access.ts';
import type { StreamDelta } from '../../../schema/wire/api/stream.ts';
import { createLiveState, mayRead, stationOf } from './live-state.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { createRing } from './ring.ts';

/** Where the hub learns what is. Both read the database, so a process without an engine serves the same stream. */
export interface LiveSource {
  /** Version of every station: it rises with each commit. */
  readVersions(): Promise<{ station: string; version: number }[]>;
  /** Everything the stream shows of these stations. */
  read(stations: readonly string[]): Promise<StreamDelta[]>;
}

export interface HubOptions {
  source: LiveSource;
  /** Differs at each start of the process. */
  instance: string;
  /** Told of what could not be read; the next poll tries again. */
  onError: (error: unknown) => void;
  ringSize?: number;
  maxClients?: number;
  /** Most text waiting for one client before it is dropped. */
  maxQueuedChars?: number;
  heartbeatMs?: number;
  /** How often versions are compared, for changes made by other processes. */
  pollMs?: number;
  /** Changes within this time become one read. */
  gatherMs?: number;
}

export interface StreamRequest {
  role: Role;
  station?: string | undefined;
  lastEventId?: string | undefined;
  /** Asked at each heartbeat: false ends the stream (the key was revoked). */
  stillAllowed: () => Promise<boolean>;
  /** The client did not keep up and has been dropped. */
  onOverrun: () => void;
}

interface Client extends StreamRequest {
  outlet: Outlet;
}

export interface StreamHub {
  /** Null: there are as many clients as there may be. */
  connect(request: StreamRequest): Promise<Outlet | null>;
  disconnect(outlet: Outlet): void;
  /** Something of these stations changed in this process. Others' changes are found by polling. */
  changed(stations: Iterable<string>): void;
  readonly clients: number;
  /** How many were dropped because they did not keep up. */
  readonly dropped: number;
  stop(): void;
}

/**
 * Keeps the live state while anybody listens, numbers its changes, and hands them to the clients. One read serves all clients; nothing is
 * read while there are none.
 */
export function createStreamHub(options: HubOptions): StreamHub {
  const { source, instance, onError, ringSize = 4096, maxClients = 200, maxQueuedChars = 1_000_000 } = options;
  const { heartbeatMs = 15_000, pollMs = 500, gatherMs = 60 } = options;
  const live = createLiveState();
  const ring = createRing<{ delta: StreamDelta; text: string }>(instance, ringSize);
  const clients = new Map<Outlet, Client>();
  const versions = new Map<string, number>();
  const dirty = new Set<string>();
  let loaded = false;
  let dropped = 0;
  let stopped = false;
  let polling: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();

  const send = (client: Client, text: string) => {
    if (!clients.has(client.outlet) || client.outlet.push(text)) return;
    clients.delete(client.outlet);
    dropped += 1;
  };
  const publish = (delta: StreamDelta) => {
    const frame = ring.push((id) => ({ delta, text: frameText(delta.type, id, delta.value) }));
    for (const client of clients.values()) if (wants(client, delta)) send(client, frame.text);
  };

  /** Finds stations whose version moved, reads them again and publishes what differs. Reads never overlap. */
  const refresh = (compareVersions: boolean): Promise<void> => {
    reading = reading.then(async () => {
      if (compareVersions) {
        for (const { station, version } of await source.readVersions()) {
          if (versions.get(station) === version) continue;
          versions.set(station, version);
          dirty.add(station);
        }
      }
      if (dirty.size === 0) return;
      const stations = [...dirty];
      dirty.clear();
      try {
        const deltas = live.replace(stations, await source.read(stations));
        // The very first read is all news, and nobody has an id to resume from.
        if (loaded) for (const delta of deltas) publish(delta);
        loaded = true;
      } catch (error) {
        for (const station of stations) dirty.add(station);
        throw error;
      }
    });
    const done = reading;
    reading = reading.catch(onError);
    return done;
  };
  const schedulePoll = () => {
    polling = setTimeout(async () => {
      await refresh(true).catch(() => {});
      if (clients.size > 0 && !stopped) schedulePoll();
      else polling = undefined;
    }, pollMs);
  };

  const beat = async (client: Client) => {
    const allowed = await client.stillAllowed().catch(() => true);
    if (!allowed) client.outlet.end();
    else send(client, ': still here\n\n');
  };
  const heartbeat = setInterval(() => {
    for (const client of clients.values()) void beat(client);
  }, heartbeatMs);
  heartbeat.unref();

  return {
    async connect(request) {
      if (stopped || clients.size >= maxClients) return null;
      // With nobody listening the state grew old: what changed meanwhile is published first, so that a resume is complete.
      if (polling === undefined) await refresh(true);
      if (stopped || clients.size >= maxClients) return null;
      if (polling === undefined) schedulePoll();
      const client: Client = { ...request, outlet: createOutlet(maxQueuedChars, request.onOverrun) };
      const missed = request.lastEventId === undefined ? null : ring.after(request.lastEventId);
      client.outlet.push('retry: 2000\n\n');
      if (missed === null) {
        client.outlet.push(frameText('state', ring.lastId, live.state(request.role, request.station)));
      } else {
        for (const frame of missed) if (wants(client, frame.delta)) client.outlet.push(frame.text);
      }
      clients.set(client.outlet, client);
      return client.outlet;
    },
    disconnect(outlet) {
      outlet.close();
      clients.delete(outlet);
    },
    changed(stations) {
      if (polling === undefined) return;
      for (const station of stations) dirty.add(station);
      gathering ??= setTimeout(() => {
        gathering = undefined;
        void refresh(false).catch(() => {});
      }, gatherMs);
    },
    get clients() {
      return clients.size;
    },
    get dropped() {
      return dropped;
    },
    stop() {
      stopped = true;
      clearTimeout(polling);
      clearTimeout(gathering);
      clearInterval(heartbeat);
      for (const outlet of clients.keys()) {
        outlet.push('retry: 1000\n\n');
        outlet.end();
      }
      clients.clear();
    },
  };
}

const wants = (client: StreamRequest, delta: StreamDelta): boolean =>
  mayRead(client.role, delta.type) && (client.station === undefined || client.station === stationOf(delta));

/** JSON has no raw line break, so one data line is enough. */
const frameText = (event: string, id: string, value: unknown): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
