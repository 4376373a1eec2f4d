import { sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { oneStatement } from '../db/statement.ts';
import type { Log } from '../platform/log.ts';
import { alarmParts } from '../stations/alarm-parts.ts';

/** With the first and the last of the faults since it last worked or was repaired. After a thermal event every fault is one of level 4. */
const faulted = sql`
  select a.code, a.pack, a.site, s.id as station, e.body ->> 'fault' as fault, exists (select from thermal_events t where t.pack = a.pack) as is_thermal,
    (select min(f.recorded_at) from asset_events f where f.asset = a.code
      and f.n > (select max(o.n) from asset_events o where o.asset = a.code and o.type <> 'faulted')) as since,
    e.recorded_at as last_at
  from second_life_assets a join second_life_sites d on d.id = a.site left join stations s on s.id = d.station and s.retired_at is null
    join asset_events e on e.asset = a.code and e.n = a.event_n
  where a.state = 'faulted'`;
const level = sql`case when is_thermal then 4 else 2 end`;
const detail = sql`code || ' at ' || site || ' is faulted: ' || coalesce(fault, 'see its events')`;

/**
 * An asset at a site that no station tells of has the alarm in the site's own list. It begins with the first fault that was recorded, so that two who
 * watch raise one; it stands until the asset is no longer faulted.
 */
const siteAlarmParts = {
  site_raised: sql`
    insert into dispatch_alarms as d (site, key, raised_at, code, level, asset, detail, last_at)
    select site, 'secondLifeFault/' || code, since, 'secondLifeFault', ${level}, code, ${detail}, last_at from faulted f
    where station is null and not exists (select from dispatch_alarms o
      where o.site = f.site and o.key = 'secondLifeFault/' || f.code and o.raised_at = f.since and o.level = ${level} and o.last_at = f.last_at)
    order by site, code
    on conflict (site, key, raised_at) do update set level = excluded.level, detail = excluded.detail, last_at = excluded.last_at
    returning d.asset`,
  site_cleared: sql`
    update dispatch_alarms d set cleared_at = now()
    where d.code = 'secondLifeFault' and d.cleared_at is null
      and not exists (select from faulted f where f.site = d.site and f.code = d.asset and f.since = d.raised_at)`,
};

/**
 * The alarm `secondLifeFault` stands for each asset that is faulted: at the station of its site, or in the site's own list, where no station could
 * show it. Those are given as `elsewhere`.
 */
export async function watchAssets(db: Database): Promise<{ alarms: number; elsewhere: string[] }> {
  const parts = alarmParts({
    // The pack is not named in its column: an alarm of level 4 that names one is a thermal event, and that was noted with the fault.
    wanted: sql`
      select station, 'secondLife/' || code as key, 'secondLifeFault' as code, ${level} as level, ${detail} as detail,
        jsonb_build_object('asset', code, 'pack', pack, 'site', site, 'fault', fault, 'isThermal', is_thermal) as body
      from faulted where station is not null`,
    ours: sql`a.key like 'secondLife/%'`,
    cause: 'secondLife',
    came: 'assetFaulted',
    went: 'assetFaultEnded',
  });
  const [row] = await db.execute<{ alarms: number; elsewhere: string[] }>(
    oneStatement(
      { faulted, ...parts, ...siteAlarmParts },
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
