import { Hono } from 'hono';
import type { Bay, Station, StationNow } from '../../../schema/wire/api/station.ts';
import type { StreamDelta } from '../../../schema/wire/api/stream.ts';
import type { ApiEnv } from '../../../src/api/context.ts';
import { everything } from '../../../src/api/scope.ts';
import { startApiServer } from '../../../src/api/server.ts';
import { createStreamHub } from '../../../src/api/stream/hub.ts';
import { streamRoutes } from '../../../src/api/stream/routes.ts';
import { consoleRoutes } from '../../../src/console/serve.ts';

export interface CityOptions {
  stations: number;
  /** Changes of each station per second. */
  changesPerS: number;
  /** Most text waiting for one client before it is dropped. */
  maxQueuedChars?: number;
}

export interface City {
  url: string;
  /** How often a client was dropped because it did not keep up. */
  dropped(): number;
  stop(): Promise<void>;
}

const states = ['idle', 'occupied', 'swapping', 'releasing', 'idle', 'swapping', 'held', 'faulted'] as const;

/**
 * Hundreds of stations that never rest, for one browser: the console, the stream and its hub are the service's own, behind its own HTTP server. What
 * changes is made up in memory, so that what is measured is the page and not a database beside it.
 */
export async function startCity({ stations: count, changesPerS, maxQueuedChars }: CityOptions): Promise<City> {
  const world = Array.from({ length: count }, (_, index) => createStation(index));
  const hub = createStreamHub({
    instance: 'city',
    onError: (error) => {
      throw error;
    },
    ...(maxQueuedChars === undefined ? {} : { maxQueuedChars }),
    source: {
      readVersions: async () => world.map(({ id, version }) => ({ station: id, version: version() })),
      read: async (ids) => {
        const wanted = new Set(ids);
        return world.filter(({ id }) => wanted.has(id)).flatMap((each) => each.deltas());
      },
      readTelemetry: async () => [],
    },
  });
  const server = await startApiServer({
    fetch: appOf(hub, () => world.map((each) => each.now())).fetch,
    host: '127.0.0.1',
    port: 0,
  });
  // A tenth of them at a time: commits come all the time, and not once a second.
  let next = 0;
  const tick = setInterval(() => {
    const some = Array.from({ length: Math.ceil(count / 10) }, () => world[next++ % count]).flatMap(
      (each) => each ?? [],
    );
    for (const each of some) each.change();
    hub.changed(some.map(({ id }) => id));
  }, 100 / changesPerS);
  return {
    url: server.url,
    dropped: () => hub.dropped,
    async stop() {
      clearInterval(tick);
      hub.stop();
      await server.stop();
    },
  };
}

function appOf(hub: ReturnType<typeof createStreamHub>, list: () => StationNow[]): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use('/api/*', async (c, next) => {
    const caller = { key: 'bench', label: 'bench', role: 'operations', scopes: null, scope: everything };
    c.set('caller', caller as never);
    c.set('stillAllowed', async () => true);
    await next();
  });
  app.get('/api/v1/session', (c) =>
    c.json({
      kind: 'user',
      id: 'user:bench',
      name: 'Bench',
      email: null,
      role: 'operations',
      organisation: null,
      stations: null,
      scopes: null,
      language: 'en',
      session: null,
    }),
  );
  app.route('/api/v1/stream', streamRoutes({ hub }));
  app.get('/api/v1/stations', (c) => c.json({ items: list(), nextCursor: null }));
  app.get('/api/v1/reservations/kpi', (c) => c.json({ total: {}, days: [], items: [] }));
  app.get('/api/*', (c) => c.json({ items: [], nextCursor: null }));
  return app.route('/', consoleRoutes());
}

function createStation(index: number) {
  const id = `bj-${String(index + 1).padStart(3, '0')}`;
  let version = 1;
  const station = (): Station => ({
    id,
    name: `换电站 ${index + 1}`,
    city: 'Beijing',
    address: null,
    // Over the plain of Beijing, none on top of another.
    location: { lat: 39.75 + (index % 18) * 0.025, lon: 116.15 + Math.floor(index / 18) * 0.03 },
    simulated: true,
    timeScale: 1,
    online: (index + Math.floor(version / 40)) % 50 !== 0,
    bays: [{ bay: '1', berths: 1 }],
    slots: 60,
    powerLimitW: 2_400_000,
    packs: 60,
    readyPacks: (index + version) % 45,
    openSwaps: version % 2,
    journalId: null,
    pendingJournalId: null,
    eventN: version,
    changedAt: new Date().toISOString(),
  });
  const bay = (): Bay => {
    const state = states[(index + version) % states.length] ?? 'idle';
    const busy = state !== 'idle';
    return {
      station: id,
      bay: '1',
      state,
      swap: busy ? `${id}.1.${version}` : null,
      vehicle: busy ? 'LPTBE25A6SA100001' : null,
      robotStep: state === 'swapping' ? 'removePack' : null,
      shuttleStep: state === 'swapping' ? 'fetchPack' : null,
      waitingFor: null,
      safety: 'ready',
      sensors: null,
      allowed: [],
    };
  };
  return {
    id,
    version: () => version,
    change: () => {
      version += 1;
    },
    now: (): StationNow => ({
      ...station(),
      openNow: true,
      inMaintenance: false,
      expectedWaitMs: (version % 7) * 60_000,
      powerW: (version % 25) * 100_000,
    }),
    // One of them changes each time: a station or its bay.
    deltas: (): StreamDelta[] => [
      { type: 'station', value: station() },
      { type: 'bay', value: bay() },
    ],
  };
}
