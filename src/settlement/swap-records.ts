import { type SQL, sql } from 'drizzle-orm';
import type { SwapRecord } from '../../machines/settlement/swap-log.ts';
import type { PackReading } from '../../schema/wire/sensors.ts';
import type { SohSource } from '../../schema/wire/settlement/usage.ts';
import type { Database } from '../db/client.ts';

/** A completed swap as the tables know it. */
export interface StoredSwap {
  record: SwapRecord;
  fleet: string | null;
  /** The car has left, or another has taken its place: nothing more will be learned of when it left. */
  isOver: boolean;
  nominalWh: { out: number | null; in: number | null };
}

/**
 * Swaps with the readings that bill them, each found by keys: hand-overs of the two packs within the swap, and what the charger's station heard
 * last of the pack given. What is not `completed`, or not there, is left out.
 */
export async function readSwapRecords(db: Database, ids: readonly string[]): Promise<Map<string, StoredSwap>> {
  const rows = await db.execute<Row>(sql`
    select s.id, s.station, s.vin, s.fleet, s.odometer_km, s.pack_out, given.pack as pack_in,
      ${ms(sql`s.in_position_at`)} as in_position_at, ${ms(sql`s.released_at`)} as released_at, ${ms(sql`coalesce(s.ended_at, s.released_at)`)} as ended_at,
      ${ms(sql`s.left_at`)} as left_at, returned.reading as reading_out, coalesce(handed.reading, charged.reading) as reading_in,
      case when returned.reading is null then ${carSoc} end as car_soc, s.pack_in_soh_pct, s.pack_in_soh_source,
      ${nominalOf(sql`s.pack_out`, sql`given.at`)} as nominal_out, ${nominalOf(sql`given.pack`, sql`given.at`)} as nominal_in,
      s.left_at is not null or exists (
        select from swaps n where n.id = s.station || '.' || s.bay || '.' || (split_part(s.id, '.', 3)::bigint + 1)) as over
    from swaps s
      cross join lateral (select coalesce(s.pack_in, ${resolvedPack}) as pack, coalesce(s.released_at, s.ended_at) as at) given
      left join lateral (
        select m.reading from custody_moves m
        where m.pack = s.pack_out and m.occurred_at between s.in_position_at and coalesce(s.ended_at, s.released_at) and m.to_kind <> 'vehicle'
          and m.reading is not null and m.cause <> 'vehicle'
        order by m.occurred_at, m.version limit 1) returned on true
      left join lateral (
        select m.reading from custody_moves m
        where m.pack = given.pack and m.occurred_at between s.in_position_at and given.at and m.reading is not null and m.cause <> 'vehicle'
        order by m.occurred_at desc, m.version desc limit 1) handed on true
      left join lateral (
        select c.reading from charges c
        where handed.reading is null and c.pack = given.pack and c.station = s.station and c.occurred_at <= given.at and c.reading is not null
          and c.reading <> 'null'::jsonb
        order by c.occurred_at desc, c.event_n desc, c.position desc limit 1) charged on true
    where s.id = any(${sql.param([...ids])}::text[]) and s.state = 'completed'`);
  return new Map(rows.map((row) => [row.id, toStored(row)]));
}

interface Row extends Record<string, unknown> {
  id: string;
  station: string;
  vin: string;
  fleet: string | null;
  odometer_km: number;
  pack_out: string | null;
  pack_in: string | null;
  in_position_at: number;
  released_at: number | null;
  ended_at: number;
  left_at: number | null;
  reading_out: PackReading | null;
  reading_in: PackReading | null;
  car_soc: number | null;
  pack_in_soh_pct: number | null;
  pack_in_soh_source: SohSource | null;
  nominal_out: number | null;
  nominal_in: number | null;
  over: boolean;
}

const ms = (at: SQL) => sql`round(extract(epoch from ${at}) * 1000)::float8`;

/** Number of the event that decided the swap's first or last command: its neighbours in the log are the swap's. */
const commandEvent = (order: 'asc' | 'desc') => sql`(
  select o.event_n from swap_steps t join outbox o on o.id = t.command_id where t.swap = s.id order by t.ordinal ${sql.raw(order)} limit 1)`;

/** What the car had said of its pack when the swap was opened. */
const carSoc = sql`(
  select (e.body #>> '{vehicle,socPct}')::float8 from events e,
    lateral (select ${commandEvent('asc')} as n) first,
    lateral (
      select o.n from events o
      where o.station = s.station and o.n between first.n - 5000 and first.n and o.decided ? ('open ' || s.id) order by o.n desc limit 1) opening
  where e.station = s.station and e.n between opening.n - 5000 and opening.n
    and e.type in ('vehicleInPosition', 'vehicleChanged') and e.source = 'record' and e.bay = s.bay
  order by e.n desc limit 1)`;

/** Which pack a person said was in the car, for a swap that never got so far by itself. */
const resolvedPack = sql`(
  select p ->> 'code' from (
    select e.body from events e
    where e.station = s.station and e.n >= ${commandEvent('desc')} and e.swap = s.id and e.source = 'action' and e.type = 'resolve'
    order by e.n desc limit 1) r, jsonb_array_elements(r.body #> '{resolution,packs}') p
  where p ->> 'place' in ('vehicle/' || s.vin, 'bay/' || s.bay || '/vehicle') limit 1)`;

/** Capacity of a pack's model as it was known at an instant, else as it was first known. Both histories only grow. */
export const nominalOf = (pack: SQL, at: SQL): SQL => sql`(
  select k.nominal_wh from battery_model_capacities k
  where k.model = (
    select h.model from battery_history h where h.code = ${pack}
    order by h.recorded_at <= ${at} desc, case when h.recorded_at <= ${at} then h.id else -h.id end desc limit 1)
  order by k.recorded_at <= ${at} desc, case when k.recorded_at <= ${at} then k.id else -k.id end desc limit 1)`;

const toStored = (row: Row): StoredSwap => ({
  record: {
    swap: row.id,
    station: row.station,
    vin: row.vin,
    odometerKm: row.odometer_km,
    inPositionAt: row.in_position_at,
    releasedAt: row.released_at,
    endedAt: row.ended_at,
    leftAt: row.left_at,
    // A swap cannot begin without: the cycle refuses a car whose pack nobody knows.
    packOut: row.pack_out ?? '',
    packIn: row.pack_in,
    readingOut: row.reading_out,
    readingIn: row.reading_in,
    packInSoh:
      row.pack_in_soh_pct === null || row.pack_in_soh_source === null
        ? null
        : { pct: row.pack_in_soh_pct, source: row.pack_in_soh_source },
    carSocPct: row.car_soc,
  },
  fleet: row.fleet,
  isOver: row.over,
  nominalWh: { out: row.nominal_out, in: row.nominal_in },
});
