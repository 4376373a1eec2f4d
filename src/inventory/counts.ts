import { type SQL, sql } from 'drizzle-orm';
import { batteries, batteryHistory } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { CountKey, InventoryCounts } from '../../schema/wire/api/inventory.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

export interface CountQuery {
  by: readonly CountKey[];
  /** UTC instant; null: now. */
  at: string | null;
  basis: 'recorded' | 'occurred';
  filter: { [K in CountKey]?: string | undefined };
}

/**
 * How many packs were where. Every pack the ledger knew at the instant is in exactly one group, so the groups add up.
 *
 * - Now: the custody rows themselves.
 * - `recorded`: each pack's last move that was recorded by then, and what it was by the history of its row. What was learned later is not in it,
 *   so the same question has the same answer for ever.
 * - `occurred`: each pack's last move that had happened by then, by the clocks of those who saw it. A report that comes late changes the answer.
 */
export async function countPacks(db: Database, caller: Tenant, query: CountQuery): Promise<InventoryCounts> {
  const { by, at, basis, filter } = query;
  const keys = by.length === 0 ? [] : by.map((key) => sql`p.${sql.identifier(key)}`);
  const grouped =
    keys.length === 0 ? sql`` : sql`group by ${sql.join(keys, sql`, `)} order by ${sql.join(keys, sql`, `)}`;
  const shown = keys.length === 0 ? sql`` : sql`${sql.join(keys, sql`, `)}, `;
  const wanted = Object.entries(filter).flatMap(([key, value]) =>
    value === undefined ? [] : [sql`p.${sql.identifier(key)} = ${value}`],
  );
  const where = sql.join([...wanted, visible(caller)], sql` and `);
  const rows = await db.execute<Record<string, unknown> & { packs: number }>(sql`
    select ${shown}count(*)::int as packs from (${placed(query, caller)}) p where ${where} ${grouped}`);
  const counts = rows.map(({ packs, ...group }) => ({ ...group, packs }));
  return { at, basis, by: [...by], total: counts.reduce((sum, { packs }) => sum + packs, 0), counts: counts as never };
}

function placed(query: CountQuery, { role }: Tenant): SQL {
  const { at, basis, by, filter } = query;
  const asked = (key: CountKey) => by.includes(key) || filter[key] !== undefined;
  const facts = asked('status') || asked('model') || asked('owner');
  if (at === null) {
    if (!facts && role !== 'owner') return sql`select c.kind as place, c.place as spot, c.station from ${custody} c`;
    return sql`
      select c.kind as place, c.place as spot, c.station, b.status, b.model, b.owner, b.owner as owner_now
      from ${custody} c join ${batteries} b on b.code = c.pack`;
  }
  const clock = sql.identifier(basis === 'recorded' ? 'recorded_at' : 'occurred_at');
  return sql`
    select m.to_kind as place, m.to_place as spot, ${stationThen} as station, b.owner as owner_now${facts ? factsThen : sql``}
    from ${batteries} b
    cross join lateral (
      select m.to_kind, m.to_place, m.station from ${custodyMoves} m
      where m.pack = b.code and m.${clock} <= ${at}::timestamptz order by m.${clock} desc, m.version desc limit 1) m
    ${facts ? historyThen(at) : sql``}`;
}

/** A pack whose place is unknown stays in the books of the station that lost it. */
const stationThen = sql`case
  when m.to_kind in ('slot', 'berth', 'lift', 'isolation') then split_part(m.to_place, '/', 1)
  when m.to_kind = 'unknown' then m.station end`;

const factsThen = sql`, case when h.code is null then f.status else h.status end as status,
  case when h.code is null then f.model else h.model end as model, case when h.code is null then f.owner else h.owner end as owner`;

/** What happened before its pack was entered: the pack is then what it was entered as. The second look is made for those packs only. */
const historyThen = (at: string): SQL => sql`
  left join lateral (
    select h.code, h.status, h.model, h.owner from ${batteryHistory} h
    where h.code = b.code and h.recorded_at <= ${at}::timestamptz order by h.recorded_at desc, h.id desc limit 1) h on true
  left join lateral (
    select f.status, f.model, f.owner from ${batteryHistory} f
    where h.code is null and f.code = b.code order by f.recorded_at, f.id limit 1) f on true`;

/** What the caller may see of it: staff their stations, a fleet its cars, an owner its packs. */
function visible({ role, organisation, stations }: Tenant): SQL {
  if (role === 'owner') return sql`p.owner_now = ${organisation ?? ''}`;
  if (role === 'fleet') {
    return sql`p.place = 'vehicle' and split_part(p.spot, '/', 2) in (
      select v.vin from ${vehicles} v where v.fleet = ${organisation ?? ''})`;
  }
  return stations === null ? sql`true` : sql`p.station = any(${sql.param([...stations])}::text[])`;
}
