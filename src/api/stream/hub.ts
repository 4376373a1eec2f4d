import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { StreamDelta } from '../../../schema/wire/api/stream.ts';
import { createLiveState, type Viewer } from './live-state.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { createRing } from './ring.ts';

/** Where the hub learns what is. Both read the database, so a process without an engine serves the same stream. */
export interface LiveSource {
  /** Version of every station: it rises with each commit. */
  readVersions(): Promise<{ station: string; version: number }[]>;
  /** Everything the stream shows of these stations, but for telemetry. */
  read(stations: readonly string[]): Promise<StreamDelta[]>;
  /** What stations measured since this was last asked. */
  readTelemetry(): Promise<StreamDelta[]>;
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

export interface StreamRequest extends Viewer {
  lastEventId?: string | undefined;
  /** Asked at each heartbeat: false ends the stream (the key was revoked). */
  stillAllowed: () => Promise<boolean>;
  /** The client did not keep up and has been dropped. */
  onOverrun: () => void;
}

/** Stations in one read. */
const readAtOnce = 16;

interface Frame {
  id: string;
  delta: StreamDelta;
  text: string;
}

interface Client extends StreamRequest {
  outlet: Outlet;
  /** Frames on this connection: said at each beat, so that a reader knows when one is missing. */
  sent: number;
}

export interface StreamHub {
  /** The state, or what was missed, comes as soon as it is known. Null: there are as many clients as there may be. */
  connect(request: StreamRequest): Outlet | null;
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
  const { heartbeatMs = 5_000, pollMs = 500, gatherMs = 60 } = options;
  const live = createLiveState();
  const ring = createRing<Frame>(instance, ringSize);
  const clients = new Map<Outlet, Client>();
  /** Connected, and waiting for their first state. */
  const joining = new Set<Outlet>();
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
  /** The frame as this client may see it; nearly all see the same text. */
  const textFor = (client: Viewer, { id, delta, text }: Frame): string | null => {
    const shown = live.show(client, delta);
    return shown === null || shown === delta ? shown && text : frameText(shown.type, id, shown.value);
  };
  const publish = (delta: StreamDelta) => {
    const frame = ring.push((id) => ({ id, delta, text: frameText(delta.type, id, delta.value) }));
    for (const client of clients.values()) {
      const text = textFor(client, frame);
      if (text === null) continue;
      client.sent += 1;
      send(client, text);
    }
  };

  const readDirty = async () => {
    const todo = [...dirty];
    dirty.clear();
    try {
      while (todo.length > 0) {
        const some = todo.slice(0, readAtOnce);
        const deltas = live.replace(some, await source.read(some));
        todo.splice(0, some.length);
        // The very first read is all news, and nobody has an id to resume from.
        if (loaded) for (const delta of deltas) publish(delta);
        // The first state of hundreds of stations must not keep the thread from what is urgent.
        await yieldToOthers();
      }
    } finally {
      for (const station of todo) dirty.add(station);
    }
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
      await readDirty();
      if (compareVersions) {
        const news = (await source.readTelemetry()).flatMap((delta) => live.put(delta));
        if (loaded) for (const delta of news) publish(delta);
      }
      loaded = true;
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

  /** Everything in one piece: the first piece always fits, and a resume that would not fit beside others is a full state instead. */
  const welcome = (client: Client) => {
    const { outlet, lastEventId } = client;
    if (!joining.delete(outlet) || stopped) return;
    if (polling === undefined) schedulePoll();
    const missed = lastEventId === undefined ? null : ring.after(lastEventId);
    const texts = missed?.flatMap((frame) => textFor(client, frame) ?? []);
    const resumed = texts?.join('') ?? '';
    const whole = texts === undefined || resumed.length > maxQueuedChars;
    outlet.push(`retry: 2000\n\n${whole ? frameText('state', ring.lastId, live.state(client)) : resumed}`);
    client.sent = whole ? 1 : texts.length;
    clients.set(outlet, client);
  };

  const beat = async (client: Client) => {
    const allowed = await client.stillAllowed().catch(() => true);
    if (!allowed) client.outlet.end();
    else send(client, `event: beat\ndata: {"sent":${client.sent}}\n\n`);
  };
  const heartbeat = setInterval(() => {
    for (const client of clients.values()) void beat(client);
  }, heartbeatMs);
  heartbeat.unref();

  return {
    connect(request) {
      if (stopped || clients.size + joining.size >= maxClients) return null;
      const outlet = createOutlet(maxQueuedChars, request.onOverrun);
      joining.add(outlet);
      // With nobody listening the state grew old: what changed meanwhile is published first, so that a resume is complete.
      const upToDate = polling === undefined ? refresh(true) : reading;
      upToDate.then(
        () => welcome({ ...request, outlet, sent: 0 }),
        () => outlet.end(),
      );
      return outlet;
    },
    disconnect(outlet) {
      outlet.close();
      joining.delete(outlet);
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
      return clients.size + joining.size;
    },
    get dropped() {
      return dropped;
    },
    stop() {
      stopped = true;
      clearTimeout(polling);
      clearTimeout(gathering);
      clearInterval(heartbeat);
      for (const outlet of [...clients.keys(), ...joining]) {
        outlet.push('retry: 1000\n\n');
        outlet.end();
      }
      clients.clear();
      joining.clear();
    },
  };
}

/** JSON has no raw line break, so one data line is enough. */
const frameText = (event: string, id: string, value: unknown): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
