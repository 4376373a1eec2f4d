import { sql } from 'drizzle-orm';
import type { Belief } from '../../machines/health/belief.ts';
import { healthOf, judgePartialCharge, newBelief } from '../../machines/health/estimate-health.ts';
import { type PartialCharge, readPartialCharge } from '../../machines/health/partial-charge.ts';
import { followUps } from '../../schema/tables/follow-ups.ts';
import { packReading } from '../../schema/wire/sensors.ts';
import type { Database } from '../db/client.ts';

/** A charge that ended, with its start if the same slot told of one, and what is believed of the pack before it. */
export interface EndedCharge {
  subject: string;
  pack: string;
  station: string;
  slot: number;
  started_at: string | null;
  ended_at: string;
  before: unknown;
  after: unknown;
  metered_wh: number | null;
  rated_ah: number | null;
  is_flat: boolean;
  belief: Belief | null;
  /** Charges judged so far. */
  n: number;
  used: number;
  reference_mohm: number | null;
  believed_pct: number | null;
  judged_at: string | null;
  /** An earlier charge of the pack has not been judged: somebody else has it in hand, or will. */
  is_too_early: boolean;
}

/**
 * The start is the pack's last charge record before the end, if that is a start in the same slot: between two records of one slot nothing but
 * the charge goes through the pack.
 */
export async function readEndedCharges(db: Database, subjects: readonly string[]): Promise<EndedCharge[]> {
  const asked = sql`${sql.param([...subjects])}::text[]`;
  return db.execute<EndedCharge & Record<string, unknown>>(sql`
    select k.subject, e.pack, e.station, e.slot, s.occurred_at as started_at, e.occurred_at as ended_at, s.reading as before,
      e.reading as after, (e.register_wh - s.register_wh)::float8 as metered_wh, m.nominal_wh / m.nominal_v as rated_ah,
      coalesce(m.chemistry = 'LFP', false) as is_flat, h.belief, coalesce(h.readings, 0) as n, coalesce(h.used, 0) as used,
      h.reference_mohm, h.soh_pct as believed_pct, h.judged_at,
      exists (select from charges p join ${followUps} f on f.consumer = 'health' and f.problem is null
        and f.subject = p.station || '/' || p.event_n || '/' || p.position and f.subject <> all(${asked})
        where p.pack = e.pack and p.phase = 'ended' and p.occurred_at < e.occurred_at
          and p.occurred_at >= coalesce(h.judged_at, '-infinity')) as is_too_early
    from unnest(${asked}) as k(subject)
    join charges e on e.station = split_part(k.subject, '/', 1) and e.event_n = split_part(k.subject, '/', 2)::int8
      and e.position = split_part(k.subject, '/', 3)::int4
    left join lateral (
      select c.* from charges c where c.pack = e.pack and c.occurred_at <= e.occurred_at and c.phase <> 'ready'
        and (c.station <> e.station or (c.event_n, c.position) < (e.event_n, e.position))
      order by c.occurred_at desc, (c.station = e.station) desc, c.event_n desc, c.position desc limit 1) s
      on s.phase = 'started' and s.station = e.station and s.slot = e.slot
    left join batteries b on b.code = e.pack
    left join battery_models m on m.id = b.model
    left join battery_health h on h.pack = e.pack
    order by e.occurred_at, e.event_n, e.position`);
}

/** What a charge makes of the belief: a row of the history, and the belief that replaces the one before. */
export interface JudgedCharge {
  subject: string;
  pack: string;
  n: number;
  used: number;
  station: string;
  slot: number;
  started_at: string | null;
  ended_at: string;
  ah: number | null;
  soc_from_pct: number | null;
  soc_to_pct: number | null;
  cell_from_c: number | null;
  cell_to_c: number | null;
  metered_wh: number | null;
  cell_spread_mv: number | null;
  resistance_mohm: number | null;
  reference_mohm: number | null;
  rated_ah: number | null;
  read_pct: number | null;
  noise_pct: number | null;
  ignored: string | null;
  belief: Belief;
  soh_pct: number | null;
  low_pct: number | null;
  high_pct: number | null;
  judged_at: string;
  /** The estimate is new, or another than the station's engine has in memory by this much. */
  is_news: boolean;
}

/** A change of the estimate that an engine is told of at once; smaller ones it learns when it next reads the pack. */
const newsPct = 0.5;

export function judgeEndedCharge(charge: EndedCharge): JudgedCharge {
  const [before, after] = [readingOf(charge.before), readingOf(charge.after)];
  const facts = partialChargeOf(charge);
  const read = readPartialCharge(facts);
  const judged = judgePartialCharge(charge.belief ?? newBelief(), facts);
  const ignored = charge.started_at === null ? 'noStart' : judged.ignored;
  const alone = 'readings' in read ? read.readings[0] : undefined;
  const used = charge.used + (ignored === null ? 1 : 0);
  const { soh, low, high } = healthOf(judged.belief);
  const estimate = used > 0 ? { soh_pct: pct(soh), low_pct: pct(low), high_pct: pct(high) } : noEstimate;
  return {
    subject: charge.subject,
    pack: charge.pack,
    n: charge.n + 1,
    used,
    station: charge.station,
    slot: charge.slot,
    started_at: charge.started_at,
    ended_at: charge.ended_at,
    ah: facts.ah,
    soc_from_pct: before?.socPct ?? null,
    soc_to_pct: after?.socPct ?? null,
    cell_from_c: facts.cellFromC,
    cell_to_c: facts.cellToC,
    metered_wh: charge.metered_wh,
    cell_spread_mv: after?.cellSpreadMv ?? null,
    resistance_mohm: after?.resistanceMohm ?? null,
    reference_mohm: charge.reference_mohm ?? after?.resistanceMohm ?? null,
    rated_ah: charge.rated_ah,
    read_pct: alone ? pct(alone.value) : null,
    noise_pct: alone ? pct(alone.noise) : null,
    ignored,
    belief: judged.belief,
    ...estimate,
    // A report that comes late does not make the belief older than it is.
    judged_at: laterOf(charge.judged_at, charge.ended_at),
    is_news: Math.abs((estimate.soh_pct ?? 0) - (charge.believed_pct ?? 0)) >= newsPct,
  };
}

const noEstimate = { soh_pct: null, low_pct: null, high_pct: null };
const pct = (part: number): number => Math.round(part * 10_000) / 100;
const laterOf = (one: string | null, other: string): string =>
  one !== null && Date.parse(one) > Date.parse(other) ? one : other;

function partialChargeOf(charge: EndedCharge): PartialCharge {
  const [before, after] = [readingOf(charge.before), readingOf(charge.after)];
  const ratedAh = charge.rated_ah ?? Number.NaN;
  const ah = difference(before?.throughputAh, after?.throughputAh);
  const endedAt = Date.parse(charge.ended_at);
  const ms = charge.judged_at === null ? 0 : endedAt - Date.parse(charge.judged_at);
  return {
    ratedAh,
    ah,
    socFrom: part(before?.socPct),
    socTo: part(after?.socPct),
    cellFromC: before?.maxCellC ?? null,
    cellToC: after?.maxCellC ?? null,
    durationS: charge.started_at === null ? Number.NaN : (endedAt - Date.parse(charge.started_at)) / 1000,
    isFlat: charge.is_flat,
    fullCycles: Math.max(0, ah ?? 0) / ratedAh || 0,
    days: Math.max(0, ms) / 86_400_000,
  };
}

const part = (percent: number | undefined): number | null => (percent === undefined ? null : percent / 100);

const difference = (from: number | undefined, to: number | undefined): number | null =>
  from === undefined || to === undefined ? null : Math.round((to - from) * 1000) / 1000;

/** As the station's record was parsed; an older record, or none, says nothing. */
function readingOf(stored: unknown) {
  const parsed = packReading.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
