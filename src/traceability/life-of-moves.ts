import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { LifeEventType } from './rules.ts';

/** An event of a pack's life before it is written. Instants as text. */
export interface LifeEvent {
  code: string;
  linkedCode: string | null;
  type: LifeEventType;
  source: string;
  occurredAt: string;
  party: string | null;
  owner: string | null;
  vin: string | null;
  station: string | null;
  fromPlace: string | null;
  toPlace: string | null;
  odometerKm: number | null;
  socPct: number | null;
  sohPct: number | null;
  body: Record<string, unknown> | null;
}

interface MoveRow extends Record<string, unknown> {
  pack: string;
  version: number;
  from_kind: string | null;
  from_place: string | null;
  to_kind: string;
  to_place: string;
  station: string | null;
  swap: string | null;
  by: string | null;
  reason: string | null;
  occurred_at: string;
  soc_pct: number | null;
  reading_soh_pct: number | null;
  soh_pct: number | null;
  owner: string | null;
  odometer_km: number | null;
  party: string | null;
}

/** What the moves of custody named by `pack/version` mean to the life of their packs. A move that means nothing gives nothing. */
export async function lifeOfMoves(db: Database, subjects: readonly string[]): Promise<Map<string, LifeEvent[]>> {
  const rows = await db.execute<MoveRow>(sql`
    select m.pack, m.version::int, m.from_kind, m.from_place, m.to_kind, m.to_place, m.station, m.swap, m.by, m.reason,
      iso_utc(m.occurred_at) as occurred_at, (m.reading ->> 'socPct')::float8 as soc_pct, (m.reading ->> 'sohPct')::float8 as reading_soh_pct,
      b.soh_pct, b.owner, s.odometer_km,
      (select o.id from organisations o where o.kind = 'operator' order by o.created_at, o.id limit 1) as party
    from unnest(${sql.param(subjects.map((subject) => subject.split('/')[0]))}::text[],
        ${sql.param(subjects.map((subject) => Number(subject.split('/')[1])))}::int8[]) as x(pack, version)
      join custody_moves m on m.pack = x.pack and m.version = x.version
      left join batteries b on b.code = m.pack left join swaps s on s.id = m.swap`);
  return new Map(rows.map((row) => [`${row.pack}/${row.version}`, eventsOf(row)]));
}

const vinIn = (place: string | null): string | null => place?.match(/^vehicle\/(.+)$/)?.[1] ?? null;

function eventsOf(move: MoveRow): LifeEvent[] {
  const types: LifeEventType[] = [];
  if (move.from_kind === 'vehicle') types.push('removed');
  if (move.to_kind === 'vehicle') types.push('installed');
  if (move.to_kind === 'secondLifeSite') types.push('movedToSecondLife');
  if (move.to_kind === 'recycler') types.push('movedToRecycler');
  return types.map((type) => ({
    code: move.pack,
    linkedCode: null,
    type,
    source: `move/${move.pack}/${move.version}`,
    occurredAt: move.occurred_at,
    party: move.party,
    owner: move.owner,
    vin: vinIn(type === 'removed' ? move.from_place : move.to_place),
    station: move.station,
    fromPlace: move.from_place,
    toPlace: move.to_place,
    odometerKm: move.odometer_km,
    socPct: move.soc_pct,
    sohPct: move.reading_soh_pct ?? move.soh_pct,
    body: move.swap === null ? { by: move.by, reason: move.reason } : { swap: move.swap },
  }));
}
