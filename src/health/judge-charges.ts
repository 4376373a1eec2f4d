import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { wakeChannel } from '../engine/index.ts';
import { followUp, type Handled } from '../follow-ups/consumer.ts';
import { type JudgedCharge, judgeEndedCharge, readEndedCharges } from './charge-facts.ts';

/**
 * Of one pack one charge at a time, for each builds on the belief before it. Whoever judges another at the same moment has taken its number in
 * the history; the statement fails then, and it is judged anew. A charge waits while an earlier one of its pack is in other hands.
 */
async function judgeCharges(db: Database, subjects: readonly string[]): Promise<Handled> {
  const charges = await readEndedCharges(db, subjects);
  const first = new Map<string, JudgedCharge>();
  const later: { pack: string; subject: string; afterMs: number }[] = [];
  for (const charge of charges) {
    const isNotFirst = first.has(charge.pack) || later.some(({ pack }) => pack === charge.pack);
    if (isNotFirst || charge.is_too_early)
      later.push({ pack: charge.pack, subject: charge.subject, afterMs: charge.is_too_early ? 100 : 0 });
    else first.set(charge.pack, judgeEndedCharge(charge));
  }
  const judged = [...first.values()].sort((a, b) => (a.pack < b.pack ? -1 : 1));
  const found = new Set(charges.map(({ subject }) => subject));
  const stuck = subjects
    .filter((subject) => !found.has(subject))
    .map((subject) => ({ subject, code: 'chargeUnknown', detail: `there is no charge ${subject}` }));
  return {
    done: judged.map(({ subject }) => subject),
    parts: (gone) => partsOf(judged, gone),
    later,
    stuck,
  };
}

export const healthConsumer = () => followUp('health', { batch: 200, handle: judgeCharges });

const columns = sql`subject text, pack text, n int4, used int4, station text, slot int2, started_at timestamptz, ended_at timestamptz, ah float8,
  soc_from_pct float8, soc_to_pct float8, cell_from_c float8, cell_to_c float8, metered_wh int8, cell_spread_mv float8, resistance_mohm float8,
  reference_mohm float8, rated_ah float8, read_pct float8, noise_pct float8, ignored text, belief jsonb, soh_pct float8, low_pct float8,
  high_pct float8, judged_at timestamptz, is_news bool`;

function partsOf(judged: readonly JudgedCharge[], gone: SQL): Record<string, SQLWrapper> {
  const news = [...new Set(judged.flatMap(({ is_news, station }) => (is_news ? [station] : [])))];
  return {
    judged: sql`
      select x.* from jsonb_to_recordset(${JSON.stringify(judged)}::text::jsonb) as x(${columns}) join ${gone} on ${gone}.subject = x.subject`,
    marks: sql`
      select station from station_marks where station = any(${sql.param(news)}::text[])
        and station in (select station from judged where is_news) order by station for update`,
    history: sql`
      insert into battery_health_readings (pack, n, charge, station, slot, started_at, ended_at, ah, soc_from_pct, soc_to_pct, cell_from_c,
        cell_to_c, metered_wh, cell_spread_mv, resistance_mohm, rated_ah, read_pct, noise_pct, ignored, soh_pct, low_pct, high_pct)
      select pack, n, subject, station, slot, started_at, ended_at, ah, soc_from_pct, soc_to_pct, cell_from_c, cell_to_c, metered_wh,
        cell_spread_mv, resistance_mohm, rated_ah, read_pct, noise_pct, ignored, soh_pct, low_pct, high_pct
      from judged where (select count(*) from marks) >= 0`,
    believed: sql`
      insert into battery_health as h (pack, belief, soh_pct, low_pct, high_pct, readings, used, cell_spread_mv, resistance_mohm,
        reference_mohm, judged_at)
      select pack, belief, soh_pct, low_pct, high_pct, n, used, cell_spread_mv, resistance_mohm, reference_mohm, judged_at
      from judged where (select count(*) from marks) >= 0 order by pack
      on conflict (pack) do update set belief = excluded.belief, soh_pct = excluded.soh_pct, low_pct = excluded.low_pct,
        high_pct = excluded.high_pct, readings = excluded.readings, used = excluded.used,
        cell_spread_mv = coalesce(excluded.cell_spread_mv, h.cell_spread_mv),
        resistance_mohm = coalesce(excluded.resistance_mohm, h.resistance_mohm), reference_mohm = excluded.reference_mohm,
        judged_at = excluded.judged_at`,
    // The owner of the station loads its packs anew: their health is part of what dispatch knows.
    raised: sql`
      update station_marks k set version = k.version + 1, changed_at = now() from marks where k.station = marks.station
      returning k.station, k.version`,
    wake: sql`
      insert into wakeups (station, version) select station, version from raised
      on conflict (station) do update set version = excluded.version returning pg_notify(${wakeChannel}, station)`,
  };
}
