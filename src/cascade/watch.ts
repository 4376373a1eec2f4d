import { sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { oneStatement } from '../db/statement.ts';
import type { Log } from '../platform/log.ts';
import { alarmParts } from '../stations/alarm-parts.ts';

const faulted = sql`
  select a.code, a.pack, a.site, s.station, e.body ->> 'fault' as fault, coalesce((e.body ->> 'isThermal')::boolean, false) as is_thermal
  from second_life_assets a join second_life_sites s on s.id = a.site join asset_events e on e.asset = a.code and e.n = a.event_n
  where a.state = 'faulted'`;

/**
 * The alarm `secondLifeFault` stands at the station of each asset that is faulted. What stands at a site of its own is given as `elsewhere`: no
 * station could show it.
 */
export async function watchAssets(db: Database): Promise<{ alarms: number; elsewhere: string[] }> {
  const parts = alarmParts({
    // The pack is not named in its column: an alarm of level 4 that names one is a thermal event, and that was noted with the fault.
    wanted: sql`
      select station, 'secondLife/' || code as key, 'secondLifeFault' as code, case when is_thermal then 4 else 2 end as level,
        code || ' at ' || site || ' is faulted: ' || coalesce(fault, 'see its events') as detail,
        jsonb_build_object('asset', code, 'pack', pack, 'site', site, 'fault', fault, 'isThermal', is_thermal) as body
      from faulted where station is not null`,
    ours: sql`a.key like 'secondLife/%'`,
    cause: 'secondLife',
    came: 'assetFaulted',
    went: 'assetFaultEnded',
  });
  const [row] = await db.execute<{ alarms: number; elsewhere: string[] }>(
    oneStatement(
      { faulted, ...parts },
      sql`select count as alarms, coalesce((select jsonb_agg(code order by code) from faulted where station is null), '[]') as elsewhere
        from alarms_changed`,
    ),
  );
  return row ?? { alarms: 0, elsewhere: [] };
}

/** Looks again and again. A fault at a site without a station is an error in the log, once, and in the metric while it lasts. */
export function startAssetWatch({
  db,
  log,
  registry,
  everyMs = 10_000,
}: {
  db: Database;
  log: Log;
  registry?: Registry;
  everyMs?: number;
}): { stop(): Promise<void> } {
  if (registry) measure(db, registry);
  let looking: Promise<void> = Promise.resolve();
  let told: ReadonlySet<string> = new Set();
  const look = async () => {
    try {
      const { alarms, elsewhere } = await watchAssets(db);
      if (alarms > 0) log.info({ alarms }, 'second-life assets that are faulted');
      for (const asset of elsewhere)
        if (!told.has(asset)) log.error({ asset }, 'a second-life asset outside stations is faulted');
      told = new Set(elsewhere);
    } catch (error) {
      log.warn({ err: error }, 'second-life assets could not be looked at; trying again');
    }
  };
  const begin = () => {
    looking = looking.then(look);
  };
  const timer = setInterval(begin, everyMs);
  begin();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

function measure(db: Database, registry: Registry): void {
  new Gauge({
    name: 'pitlane_second_life_faulted',
    help: 'Second-life assets that are faulted, by site.',
    labelNames: ['site'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await db.execute<{ site: string; assets: number }>(
        sql`select site, count(*)::int as assets from second_life_assets where state = 'faulted' group by site`,
      );
      for (const { site, assets } of rows) this.set({ site }, assets);
    },
  });
}
