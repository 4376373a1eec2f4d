import type { EngineContext } from './context.ts';

export const wakeChannel = 'pitlane_wake';

export interface ForeignWatch {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Finds stations that another process has stepped: a small table says which, a NOTIFY wakes us earlier, and the poll behind it makes up
 * for every notification that was lost. A station that was registered or closed says so in the same way.
 */
export function createForeignWatch(context: EngineContext, rescan: () => void): ForeignWatch {
  const { pool, stations, leases, log, config } = context;
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
        (sql) => sql<{ station: string; version: number; partition: number; retired: boolean }[]>`
          select w.station, w.version::float8 as version, s.partition, s.retired_at is not null as retired
          from wakeups w join stations s on s.id = w.station`,
      );
      const { held } = leases;
      const seen: { station: string; version: number }[] = [];
      let roster = false;
      for (const { station, version, partition, retired } of rows) {
        const runtime = stations.get(station);
        if (!runtime && !held.has(partition)) continue;
        if (retired === Boolean(runtime)) roster = true;
        else if (!runtime) seen.push({ station, version });
        else if (runtime.image && runtime.image.version >= version) seen.push({ station, version });
        else if (runtime.mailbox.every(({ kind }) => kind !== 'reload'))
          context.push(runtime, { kind: 'reload', version });
      }
      if (roster) rescan();
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
