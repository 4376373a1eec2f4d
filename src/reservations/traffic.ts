import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { BayDesk } from '../stations/bay-desk.ts';

const measuredEveryS = 30;
/** Where a bay is out of order its return is soon seen. */
const troubledEveryS = 3;
const atOnce = 20;
const swapsMeasured = 20;

/**
 * Measures some stations whose figures are old: how long a car keeps a bay, how many come without a reservation, how many bays take cars. Rows are
 * claimed as they are, so that several processes share the work. Gives how many were measured.
 */
export async function measureTraffic(db: Database, desk: Pick<BayDesk, 'readStates'>): Promise<number> {
  await db.execute(sql`
    insert into station_traffic (station, bays_working)
    select s.id, jsonb_array_length(s.type -> 'bays') from stations s
    where s.retired_at is null and not exists (select from station_traffic t where t.station = s.id) on conflict (station) do nothing`);
  const claimed = await db.execute<{ station: string }>(sql`
    with due as (
      select t.station from station_traffic t where t.due_at <= now() order by t.due_at limit ${atOnce} for update skip locked)
    update station_traffic t set due_at = now() + make_interval(secs => ${measuredEveryS}::int)
    from due where t.station = due.station returning t.station`);
  if (claimed.length === 0) return 0;
  const sights = await desk.readStates(
    claimed.map(({ station }) => station),
    [],
  );
  const bays = sights.map(({ state, baysWorking }) => ({
    station: state.station,
    bays: baysWorking,
    again: baysWorking < state.type.bays.length ? troubledEveryS : measuredEveryS,
  }));
  await db.execute(sql`
    update station_traffic t set bays_working = x.bays, measured_at = now(), due_at = now() + make_interval(secs => x.again), cycle_ms = m.cycle_ms, swaps_measured = m.swaps, walk_ins_per_hour = w.cars
    from jsonb_to_recordset(${JSON.stringify(bays)}::text::jsonb) as x(station text, bays int2, again int4)
      cross join lateral (
        select count(*) as swaps, avg(extract(epoch from coalesce(p.left_at, p.released_at) - coalesce(p.entered_at, p.in_position_at)) * 1000) as cycle_ms
        from (select * from swaps p where p.station = x.station and p.state = 'completed' order by p.in_position_at desc, p.id desc
          limit ${swapsMeasured}) p) m
      cross join lateral (
        select count(*) as cars from swaps p where p.station = x.station and p.in_position_at > now() - interval '1 hour'
          and not exists (select from reservations r where r.vin = p.vin and r.swap = p.id)) w
    where t.station = x.station`);
  return bays.length;
}
