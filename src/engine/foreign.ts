import type { EngineContext } from './context.ts';

export const wakeChannel = 'pitlane_wake';

export interface ForeignWatch {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Finds stations that another process has stepped: a small table says which, a NOTIFY wakes us earlier, and the poll behind it makes up
 * for every notification that was lost.
 */
export function createForeignWatch(context: EngineContext): ForeignWatch {
  const { pool, stations, log, config } = context;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let stopped = true;
  let listening: { unlisten(): Promise<void> } | null = null;

  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    try {
      const rows = await pool.run(
        (sql) => sql<{ station: string; version: number }[]>`select station, version::float8 as version from wakeups`,
      );
      const seen: { station: string; version: number }[] = [];
      for (const { station, version } of rows) {
        const runtime = stations.get(station);
        if (!runtime) continue;
        if (runtime.image && runtime.image.version >= version) seen.push({ station, version });
        else if (runtime.mailbox.every(({ kind }) => kind !== 'reload'))
          context.push(runtime, { kind: 'reload', version });
      }
      if (seen.length > 0) {
        await pool.run(
          (sql) => sql`
            delete from wakeups w using jsonb_to_recordset(${JSON.stringify(seen)}::text::jsonb) as x(station text, version int8)
            where w.station = x.station and w.version <= x.version`,
        );
      }
    } catch (error) {
      log.warn({ err: error }, 'wake-ups not read');
    } finally {
      looking = false;
      if (!stopped) timer = setTimeout(look, again ? 0 : config.outboxPollMs);
      again = false;
    }
  }

  return {
    start() {
      stopped = false;
      timer = setTimeout(look, config.outboxPollMs);
      pool.sql
        .listen(wakeChannel, () => void look())
        .then((made) => {
          listening = made;
        })
        .catch((error) => log.warn({ err: error }, 'no notifications; polling only'));
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await listening?.unlisten().catch(() => {});
    },
  };
}
