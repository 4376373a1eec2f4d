import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { LifeEvent } from './life-of-moves.ts';
import type { LifeEventType } from './rules.ts';

/**
 * Each gives one row per subject of its kind: what follows from a retirement, a grading, a step of an asset, a recycling. `type` null: it means
 * nothing to the life of the pack.
 */
const readers: Readonly<Record<string, (subjects: SQL) => SQL>> = {
  // The history has a line for every change of a retired pack; the one that follows another status is the retirement.
  retired: (subjects) => sql`
    select x.subject, case when before.status is distinct from 'retired' then 'retired' end as type, h.code, null as linked_code, h.recorded_at as at,
      h.owner, null::float8 as soh_pct, jsonb_build_object('by', h.by, 'reason', h.reason) as body
    from unnest(${subjects}) as x(subject) join battery_history h on h.id = split_part(x.subject, '/', 2)::int8
      left join lateral (select b.status from battery_history b where b.code = h.code and b.id < h.id order by b.id desc limit 1) before on true`,
  graded: (subjects) => sql`
    select x.subject, 'graded' as type, g.pack as code, null as linked_code, g.tested_at as at, null as owner, g.soh_pct,
      jsonb_strip_nulls(jsonb_build_object('grade', g.grade, 'policy', g.policy, 'by', g.graded_by, 'untestable', g.test ->> 'untestable')) as body
    from unnest(${subjects}) as x(subject)
      join gradings g on g.pack = split_part(x.subject, '/', 2) and g.n = split_part(x.subject, '/', 3)::int`,
  asset: (subjects) => sql`
    select x.subject, case e.type when 'planned' then 'cascaded' when 'commissioned' then 'commissioned' when 'returned' then 'commissioned' when 'takenOut' then 'decommissioned'
        when 'lifeEnded' then 'decommissioned' end as type,
      a.code, a.pack as linked_code, e.occurred_at as at, null as owner, null::float8 as soh_pct,
      jsonb_build_object('site', a.site, 'function', a.function, 'by', e.by) as body
    from unnest(${subjects}) as x(subject)
      join asset_events e on e.asset = split_part(x.subject, '/', 2) and e.n = split_part(x.subject, '/', 3)::int
      join second_life_assets a on a.code = e.asset`,
  recycled: (subjects) => sql`
    select x.subject, 'recycled' as type, coalesce(r.asset, r.pack) as code, case when r.asset is not null then r.pack end as linked_code,
      r.handed_over_at as at, null as owner, null::float8 as soh_pct,
      jsonb_build_object('weightKg', r.weight_kg, 'receiptNumber', r.receipt_number, 'recycler', r.recycler, 'by', r.by) as body
    from unnest(${subjects}) as x(subject) join recyclings r on r.pack = split_part(x.subject, '/', 2)`,
};

interface FactRow extends Record<string, unknown> {
  subject: string;
  type: LifeEventType | null;
  code: string;
  linked_code: string | null;
  at: string;
  owner: string | null;
  soh_pct: number | null;
  body: Record<string, unknown>;
  pack_owner: string | null;
  place: string | null;
  station: string | null;
  party: string | null;
}

/** Whether a subject is of a move of custody, `pack/version`. */
export const isMove = (subject: string): boolean => readers[subject.split('/')[0] ?? ''] === undefined;

/** What facts other than moves mean to the life of their packs. */
export async function lifeOfFacts(db: Database, subjects: readonly string[]): Promise<Map<string, LifeEvent[]>> {
  const found = await Promise.all(
    Object.entries(readers).map(async ([kind, read]) => {
      const mine = subjects.filter((subject) => subject.startsWith(`${kind}/`));
      if (mine.length === 0) return [];
      return [
        ...(await db.execute<FactRow>(sql`
          select f.subject, f.type, f.code, f.linked_code, iso_utc(f.at) as at, f.owner, coalesce(f.soh_pct, b.soh_pct) as soh_pct, f.body,
            b.owner as pack_owner, c.place, c.station,
            (select o.id from organisations o where o.kind = 'operator' order by o.created_at, o.id limit 1) as party
          from (${read(sql`${sql.param(mine)}::text[]`)}) f
            left join batteries b on b.code = coalesce(f.linked_code, f.code) left join custody c on c.pack = b.code`)),
      ];
    }),
  );
  return new Map(found.flat().map((row) => [row.subject, row.type === null ? [] : [eventOf(row, row.type)]]));
}

const eventOf = (row: FactRow, type: LifeEventType): LifeEvent => ({
  code: row.code,
  linkedCode: row.linked_code,
  type,
  source: row.subject,
  occurredAt: row.at,
  party: row.party,
  owner: row.owner ?? row.pack_owner,
  vin: null,
  station: row.station,
  fromPlace: null,
  toPlace: row.place,
  odometerKm: null,
  socPct: null,
  sohPct: row.soh_pct,
  body: row.body,
});
