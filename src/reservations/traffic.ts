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
    insert into station_traffic (station, bays_working, measured_at)
    select s.id, jsonb_array_length(s.type -> 'bays'), 'epoch' from stations s where s.retired_at is null on conflict (station) do nothing`);
  const claimed = await db.execute<{ station: string }>(sql`
    with old as (
      select t.station from station_traffic t join stations s on s.id = t.station
      where s.retired_at is null and t.measured_at < now() - make_interval(secs =>
        case when t.bays_working < jsonb_array_length(s.type -> 'bays') then ${troubledEveryS}::int else ${measuredEveryS}::int end)
      order by t.measured_at limit ${atOnce} for update of t skip locked)
    update station_traffic t set measured_at = now() from old where t.station = old.station returning t.station`);
  if (claimed.length === 0) return 0;
  const sights = await desk.readStates(
    claimed.map(({ station }) => station),
    [],
  );
  const bays = sights.map(({ state, baysWorking }) => ({ station: state.station, bays: baysWorking }));
  await db.execute(sql`
    update station_traffic t set bays_working = x.bays, cycle_ms = m.cycle_ms, swaps_measured = m.swaps, walk_ins_per_hour = w.cars
    from jsonb_to_recordset(${JSON.stringify(bays)}::text::jsonb) as x(station text, bays int2)
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
