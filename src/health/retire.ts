import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { wakeChannel } from '../engine/index.ts';
import { followUp, type Handled } from '../follow-ups/consumer.ts';
import { type Decision, decide, readPolicy, readReturnedPacks } from './retirement-facts.ts';

/**
 * Follows up completed swaps: is the pack that came back to stay in traffic?
 *
 * Two steps, each one statement. The decision, at the swap: it is stored, and a pack that is to retire is marked (`retiring`) under the gate of
 * its station, so that no engine gives it any more; a swap that had chosen it and has not opened its car finds it unfit and takes another. Then,
 * as a fact of its own (`pack/<code>/<attempt>`), the retirement: as soon as the pack is at rest, never in a car, on a berth or on a lift.
 */
export const retirementConsumer = () =>
  followUp('retirement', {
    batch: 200,
    handle: async (db, subjects) => {
      const packs = subjects.filter((subject) => subject.startsWith(packPrefix));
      const swaps = subjects.filter((subject) => !subject.startsWith(packPrefix));
      if (swaps.length === 0) return retirePacks(db, packs);
      // Both may concern one station, whose gate one statement passes once.
      return { ...(await judgeSwaps(db, swaps)), later: packs.map((subject) => ({ subject, afterMs: 0 })) };
    },
  });

const packPrefix = 'pack/';

async function judgeSwaps(db: Database, swaps: readonly string[]): Promise<Handled> {
  const policy = await readPolicy(db);
  if (policy === null) {
    return {
      done: [],
      stuck: swaps.map((subject) => ({ subject, code: 'noRetirementPolicy', detail: 'there is none' })),
    };
  }
  const returned = await readReturnedPacks(db, swaps);
  const decisions = returned.flatMap(({ pack, ...rest }) => (pack === null ? [] : [decide(policy, { ...rest, pack })]));
  // A swap of which nobody knows what pack came back is nothing to decide on.
  return { done: swaps, parts: (gone) => decisionParts(decisions, gone) };
}

const list = (values: readonly string[]): SQL => sql`${sql.param([...new Set(values)].sort())}::text[]`;

function decisionParts(decisions: readonly Decision[], gone: SQL): Record<string, SQLWrapper> {
  const stations = list(decisions.flatMap((each) => (each.retire ? each.stations : [])));
  return {
    decided: sql`
      insert into retirement_decisions (swap, pack, station, policy_version, retire, reasons, inputs, judged_at)
      select x.swap, x.pack, x.station, x.policy_version, x.retire, x.reasons, x.inputs, x.judged_at
      from jsonb_to_recordset(${JSON.stringify(decisions)}::text::jsonb) as x(swap text, pack text, station text, policy_version int4,
        retire bool, reasons jsonb, inputs jsonb, judged_at timestamptz)
      join ${gone} on ${gone}.subject = x.swap on conflict (swap) do nothing returning swap, pack, station, retire, reasons`,
    marks: sql`
      select station from station_marks where station = any(${stations}) and exists (select from decided where retire)
      order by station for update`,
    doomed: sql`
      select b.code from batteries b where b.code in (select pack from decided where retire)
        and b.status in ('inService', 'quarantined', 'resting') and not b.retiring and (select count(*) from marks) >= 0
      order by b.code for update`,
    marked: sql`
      update batteries b set retiring = true, changed_by = 'retirement', change_reason = 'is to retire', edition = edition + 1
      from doomed where b.code = doomed.code returning b.code`,
    next: sql`
      insert into follow_ups (consumer, subject) select 'retirement', ${packPrefix} || code || '/1' from marked on conflict do nothing`,
    gate: sql`
      update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from marks m where k.station = m.station and exists (select from marked) returning k.station, k.version, k.event_n`,
    line: sql`
      insert into events (station, n, occurred_at, source, type, cause, body)
      select station, event_n, now(), 'staff', 'packToRetire', 'retirement',
        (select jsonb_build_object('packs', jsonb_agg(jsonb_build_object('pack', d.pack, 'swap', d.swap, 'reasons', d.reasons)))
          from decided d join marked on marked.code = d.pack)
      from gate`,
    wake: sql`
      insert into wakeups (station, version) select station, version from gate
      on conflict (station) do update set version = excluded.version returning pg_notify(${wakeChannel}, station)`,
  };
}

interface Doomed {
  subject: string;
  pack: string;
  attempt: number;
  status: string | null;
  retiring: boolean | null;
  kind: string | null;
  place: string | null;
  station: string | null;
  version: number | null;
  reason: string;
}

/** In a car, or with the machines. A pack whose place nobody knows may be there. */
const moving: Readonly<Record<string, number>> = { berth: 1_000, lift: 1_000, vehicle: 5_000, unknown: 10_000 };

async function retirePacks(db: Database, subjects: readonly string[]): Promise<Handled> {
  const packs = await db.execute<Doomed & Record<string, unknown>>(sql`
    select k.subject, b.code as pack, split_part(k.subject, '/', 3)::int as attempt, b.status, b.retiring, c.kind, c.place, c.station,
      c.version::float8 as version, (select string_agg(r, ', ') from (select jsonb_array_elements_text(d.reasons) as r
        from (select reasons from retirement_decisions x where x.pack = b.code and x.retire order by x.judged_at desc limit 1) d) y) as reason
    from unnest(${sql.param([...subjects])}::text[]) as k(subject)
    join batteries b on b.code = split_part(k.subject, '/', 2)
    left join custody c on c.pack = b.code`);
  const waits = (pack: Doomed) => (isDoomed(pack) && pack.kind !== null ? moving[pack.kind] : undefined);
  const later = packs.flatMap((pack) => {
    const afterMs = waits(pack);
    return afterMs === undefined ? [] : [{ subject: pack.subject, afterMs }];
  });
  const ready = packs.filter((pack) => isDoomed(pack) && waits(pack) === undefined);
  const put = new Set(later.map(({ subject }) => subject));
  return {
    done: subjects.filter((subject) => !put.has(subject)),
    parts: (gone) => retirementParts(ready, gone),
    later,
  };
}

/** Somebody may have retired it by hand meanwhile. */
const isDoomed = ({ retiring, status }: Doomed): boolean =>
  retiring === true && (status === 'inService' || status === 'quarantined' || status === 'resting');

/** What was read is looked at again under the locks: a pack that has moved since is tried again as a new fact. */
function retirementParts(packs: readonly Doomed[], gone: SQL): Record<string, SQLWrapper> {
  const stations = list(packs.flatMap(({ station }) => (station === null ? [] : [station])));
  return {
    wanted: sql`
      select x.* from jsonb_to_recordset(${JSON.stringify(packs)}::text::jsonb) as x(subject text, pack text, attempt int4, version int8, reason text)
      join ${gone} on ${gone}.subject = x.subject`,
    marks: sql`select station from station_marks where station = any(${stations}) order by station for update`,
    placed: sql`
      select c.pack, c.kind, c.place, c.station, c.version from custody c
      where c.pack in (select pack from wanted) and (select count(*) from marks) >= 0 order by c.pack for update`,
    agreed: sql`
      select w.pack, w.reason, placed.kind, placed.place, placed.station from wanted w left join placed on placed.pack = w.pack
      where w.version is not distinct from placed.version`,
    locked: sql`
      select b.code from batteries b where b.code in (select pack from agreed) and b.status in ('inService', 'quarantined', 'resting')
      order by b.code for update`,
    retired: sql`
      update batteries b set status = 'retired', retiring = false, ready = false, changed_by = 'retirement',
        change_reason = 'retired by policy: ' || coalesce(a.reason, ''), edition = edition + 1
      from agreed a join locked on locked.code = a.pack where b.code = a.pack returning b.code`,
    again: sql`
      insert into follow_ups (consumer, subject) select 'retirement', ${packPrefix} || w.pack || '/' || (w.attempt + 1) from wanted w
      where not exists (select from agreed a where a.pack = w.pack) on conflict do nothing`,
    orders: sql`
      insert into work_orders (kind, station, slot, pack, reason)
      select 'removePack', a.station, split_part(a.place, '/', 3)::smallint, a.pack, 'retired by policy: ' || coalesce(a.reason, '')
      from agreed a join retired on retired.code = a.pack where a.kind = 'slot'
      on conflict (kind, pack) where state <> 'closed' do nothing`,
    gate: sql`
      update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from marks m where k.station = m.station
        and exists (select from agreed a join retired on retired.code = a.pack where a.station = k.station)
      returning k.station, k.version, k.event_n`,
    line: sql`
      insert into events (station, n, occurred_at, source, type, cause, body)
      select g.station, g.event_n, now(), 'staff', 'packRetired', 'retirement',
        (select jsonb_build_object('packs', jsonb_agg(jsonb_build_object('pack', a.pack, 'place', a.place, 'reasons', a.reason)))
          from agreed a join retired on retired.code = a.pack where a.station = g.station)
      from gate g`,
    wake: sql`
      insert into wakeups (station, version) select station, version from gate
      on conflict (station) do update set version = excluded.version returning pg_notify(${wakeChannel}, station)`,
  };
}
