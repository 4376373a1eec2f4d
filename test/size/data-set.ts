import postgres, { type Sql } from 'postgres';
import { defaultStationType } from '../../machines/station-type.ts';
import { historySql } from './data-set-history.ts';
import { ledgerSql } from './data-set-ledger.ts';
import { partiesSql } from './data-set-parties.ts';
import { paymentsSql } from './data-set-payments.ts';
import { secondLifeSql } from './data-set-second-life.ts';
import { settlementSql } from './data-set-settlement.ts';

/** How much of everything. The same numbers make the same rows; instants lie before `now()` of the run, to the hour. */
export interface Size {
  stations: number;
  batteries: number;
  vehicles: number;
  swaps: number;
  movesPerBattery: number;
  eventsPerStation: number;
  reservations: number;
}

/** What the plans are judged on: the least that the order of magnitude of a city asks for. */
export const citySize: Size = {
  stations: 310,
  batteries: 100_000,
  vehicles: 20_000,
  swaps: 1_000_000,
  movesPerBattery: 6,
  eventsPerStation: 1_500,
  reservations: 100_000,
};

/** Names of what is in the set, for those who ask for it. Large, small and without any row: each has plans of its own. */
export const known = {
  fleets: { large: 'blue-taxi', small: 'tiny-cabs', empty: 'new-fleet' },
  owners: { large: 'pack-bank', small: 'small-owner', empty: 'new-owner' },
  models: { usual: 'BP-50', rare: 'BP-X' },
};

export const stationOf = (n: number): string => `bj-${String(n).padStart(3, '0')}`;
export const packOf = (serial: number): string => `PLNPB01ABCDEFGJ71${String(serial).padStart(7, '0')}`;
export const vinOf = (n: number): string => `LNBSCB3F6JD${String(n).padStart(6, '0')}`;

/** The same names in SQL, and chance that is the same every time. */
const functions = `
  create function pg_temp.chance(i bigint, salt bigint, below int) returns int language sql immutable as
    'select ((hashint8extended($1, $2) & 2147483647) % $3)::int';
  create function pg_temp.station(n bigint) returns text language sql immutable as $$select 'bj-' || lpad($1::text, 3, '0')$$;
  create function pg_temp.pack(n bigint) returns text language sql immutable as $$select 'PLNPB01ABCDEFGJ71' || lpad($1::text, 7, '0')$$;
  create function pg_temp.vin(n bigint) returns text language sql immutable as $$select 'LNBSCB3F6JD' || lpad($1::text, 6, '0')$$;
  create function pg_temp.base() returns timestamptz language sql stable as $$select date_trunc('hour', now())$$;
  -- Three large fleets, forty of some hundred cars, one of twenty, and cars of nobody.
  create function pg_temp.fleet(vehicle bigint) returns text language sql immutable as $$
    select case when $1 <= 20 then 'tiny-cabs' when $1 % 100 < 30 then 'blue-taxi' when $1 % 100 < 55 then 'green-cab'
      when $1 % 100 < 72 then 'city-go' when $1 % 100 < 95 then 'fleet-' || lpad(($1 % 40)::text, 2, '0') end$$;
  create function pg_temp.owner(serial bigint) returns text language sql immutable as $$
    select case when $1 % 1000 < 600 then 'pack-bank' when $1 % 1000 < 850 then 'cell-lease' when $1 % 1000 < 852 then 'small-owner'
      when $1 % 1000 < 900 then 'owner-' || lpad(($1 % 20)::text, 2, '0') end$$;
  create function pg_temp.model(serial bigint) returns text language sql immutable as $$
    select case when $1 % 97 < 68 then 'BP-50' when $1 % 97 < 87 then 'BP-60' when $1 % 97 < 96 then 'BP-40' else 'BP-X' end$$;`;

/**
 * Fills a migrated, empty database in a minute or less: no write-ahead log, triggers off, indexes made afterwards. Leaves it analysed, as
 * autovacuum leaves a database in use.
 */
export async function fillDataSet(databaseUrl: string, size: Size = citySize): Promise<void> {
  // One session: its settings and functions are of the session.
  const one = postgres(databaseUrl, { max: 1, max_lifetime: null, onnotice: () => {} });
  try {
    await one.unsafe(`set session_replication_role = replica; set synchronous_commit = off; set statement_timeout = 0;
      set maintenance_work_mem = '256MB'; ${functions}`);
    const later = await setAside(one);
    for (const text of [
      partiesSql(size),
      ledgerSql(size, JSON.stringify(defaultStationType)),
      historySql(size),
      settlementSql(size),
      paymentsSql,
      secondLifeSql(size),
      ...later,
    ])
      await one.unsafe(text);
    await one.unsafe('vacuum analyze');
  } finally {
    await one.end();
  }
}

/** Turns the tables off the log and takes their indexes away; gives what makes these again. Keys and constraints stay. */
async function setAside(sql: Sql): Promise<string[]> {
  await sql.unsafe(`do $$ declare t regclass; begin
    for t in select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
    loop execute format('alter table %s set unlogged', t); end loop; end $$`);
  const rows = await sql<{ name: string; definition: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and not t.relispartition
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;
  for (const { name } of rows) await sql.unsafe(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
