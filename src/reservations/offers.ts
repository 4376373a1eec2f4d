import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { expectedWaitMs } from '../../machines/policy/expected-wait.ts';
import { isOpenThroughout } from '../../machines/policy/opening-hours.ts';
import type { StationOffer } from '../../machines/policy/rank-stations.ts';
import type { OpenSpan } from '../../schema/wire/api/opening-hours.ts';
import type { Database } from '../db/client.ts';
import { prepared } from '../db/prepared.ts';

export interface Window {
  from: number;
  to: number;
}

interface OfferRow extends Record<string, unknown> {
  id: string;
  lat: number;
  lon: number;
  online: boolean;
  bays: number;
  spans: OpenSpan[] | null;
  closed_bays: (string | null)[];
  running: number[];
  stuck: number;
  before: number;
  ready: number;
  cycle_ms: number | null;
  bays_working: number | null;
}

/**
 * What stations offer in a window to a car that takes these models (none: any; null: packs are not asked for), from committed rows alone: all stations in one statement, so
 * that hundreds can be compared. How many bays work is believed only when it was measured since the station last said hello: one that has just come
 * back is taken at its word, and its bays are read before anything is promised. Which pack fits exactly is asked of the best few only.
 */
export async function readOffers(
  db: Database,
  window: Window,
  models: readonly string[] | null,
  stations: readonly string[] | null,
): Promise<StationOffer[]> {
  const now = Date.now();
  const from = new Date(window.from).toISOString();
  const to = new Date(window.to).toISOString();
  const rows = await selectOffers(db, { from, to, models, stations });
  return rows.map((row) => toOffer(row, window, now));
}

interface OfferRequest {
  from: string;
  to: string;
  models: readonly string[] | null;
  stations: readonly string[] | null;
}

const selectOffers = prepared<OfferRequest>()(
  ({ from, to, models, stations }) => sql<OfferRow>`
    select s.id, s.lat, s.lon, coalesce(k.link_up and k.reconciled, false) as online, jsonb_array_length(s.type -> 'bays') as bays,
      h.spans, t.cycle_ms, case when e.applied_at is null or t.measured_at >= e.applied_at then t.bays_working end as bays_working,
      array(select w.bay from maintenance_windows w where w.station = s.id and w.cancelled_at is null
        and w.to_at > ${from}::timestamptz and w.from_at < ${to}::timestamptz) as closed_bays,
      coalesce(o.running, '[]') as running, coalesce(o.stuck, 0) as stuck,
      (select count(*)::int from reservations r where r.station = s.id and r.state = 'open' and r.arrived_at is null
        and r.from_at < ${from}::timestamptz and r.to_at > now()) as before,
      ${models === null ? sql`0` : countReady(models)} as ready
    from stations s left join station_marks k on k.station = s.id left join opening_hours h on h.station = s.id
      left join station_traffic t on t.station = s.id left join station_hellos e on e.station = s.id
      left join (${openSwaps}) o on o.station = s.id
    where s.retired_at is null and ${stations === null ? sql`true` : sql`s.id = any(${stations}::text[])`} order by s.id`,
);

/**
 * Open swaps are few at any time: read once for all stations, by the index that leaves the completed ones out. Asked station by station, the planner
 * walks every swap a station ever had.
 */
const openSwaps = sql`
  select p.station, coalesce(jsonb_agg(extract(epoch from p.in_position_at) * 1000) filter (where p.state <> 'needs-person'), '[]') as running,
    (count(*) filter (where p.state = 'needs-person'))::int as stuck
  from swaps p where p.state in ('requested', 'running', 'needs-person') and p.state <> 'completed' group by p.station`;

const countReady = (models: Placeholder): SQL => sql`
  (select count(*)::int from custody c join batteries b on b.code = c.pack where c.station = s.id and c.kind = 'slot' and b.ready
    and b.status = 'inService' and b.alarm_level < 2 and b.reserved_by is null
    and (cardinality(${models}::text[]) = 0 or b.model = any(${models}::text[])))`;

function toOffer(row: OfferRow, { from, to }: Window, now: number): StationOffer {
  const closed = row.closed_bays;
  const whole = closed.includes(null);
  const baysWorking = Math.max(0, Math.min(row.bays_working ?? row.bays, row.bays - closed.length) - row.stuck);
  return {
    station: row.id,
    location: { lat: row.lat, lon: row.lon },
    online: row.online,
    open: isOpenThroughout(row.spans, from, to),
    inMaintenance: whole,
    waitMs: expectedWaitMs({
      now,
      baysWorking,
      running: row.running,
      carsBefore: row.before,
      cycleMs: row.cycle_ms,
    }),
    readyPacks: row.ready,
  };
}
