import { sql } from 'drizzle-orm';
import { decideRetirement } from '../../machines/cascade/retirement.ts';
import {
  type RetirementInputs,
  type RetirementReason,
  type RetirementTerms,
  retirementTerms,
} from '../../schema/wire/cascade/retirement.ts';
import { decodeBatteryCode } from '../../schema/wire/pack-code.ts';
import { packReading } from '../../schema/wire/sensors.ts';
import type { Database } from '../db/client.ts';

/** The pack that came back at a swap, and what is known of it. */
interface ReturnedPack {
  swap: string;
  station: string;
  pack: string | null;
  at: string;
  bms_soh_pct: number | null;
  negative_events: number | null;
  thermal_events: number;
  soh_pct: number | null;
  low_pct: number | null;
  high_pct: number | null;
  used: number | null;
  cell_spread_mv: number | null;
  resistance_mohm: number | null;
  reference_mohm: number | null;
  /** Of the last hand-over in this swap. */
  reading: unknown;
  /** Station it is in now. */
  held_by: string | null;
}

export interface CurrentPolicy {
  version: number;
  terms: RetirementTerms;
}

export async function readPolicy(db: Database): Promise<CurrentPolicy | null> {
  const [row] = await db.execute<{ version: number; terms: unknown }>(
    sql`select version, terms from retirement_policies order by version desc limit 1`,
  );
  return row ? { version: row.version, terms: retirementTerms.parse(row.terms) } : null;
}

export const readReturnedPacks = (db: Database, swaps: readonly string[]): Promise<ReturnedPack[]> =>
  db.execute<ReturnedPack & Record<string, unknown>>(sql`
    select s.id as swap, s.station, s.pack_out as pack, coalesce(s.released_at, s.ended_at, s.in_position_at) as at,
      b.soh_pct as bms_soh_pct, b.negative_events, (select count(*)::int from thermal_events t where t.pack = s.pack_out) as thermal_events,
      h.soh_pct, h.low_pct, h.high_pct, h.used, h.cell_spread_mv, h.resistance_mohm, h.reference_mohm, m.reading, c.station as held_by
    from swaps s
    left join batteries b on b.code = s.pack_out
    left join battery_health h on h.pack = s.pack_out
    left join custody c on c.pack = s.pack_out
    left join lateral (
      select x.reading from custody_moves x where x.pack = s.pack_out and x.swap = s.id and jsonb_typeof(x.reading) = 'object'
      order by x.version desc limit 1) m on true
    where s.id = any(${sql.param([...swaps])}::text[])`);

/** A row of the decisions. */
export interface Decision {
  swap: string;
  pack: string;
  station: string;
  /** Whose engines have the pack in memory. */
  stations: string[];
  policy_version: number;
  retire: boolean;
  reasons: RetirementReason[];
  inputs: RetirementInputs;
  judged_at: string;
}

export function decide(policy: CurrentPolicy, returned: ReturnedPack & { pack: string }): Decision {
  const inputs = inputsOf(returned);
  const reasons = decideRetirement(policy.terms, inputs);
  const { swap, pack, station, held_by, at } = returned;
  return {
    swap,
    pack,
    station,
    stations: [...new Set([station, ...(held_by === null ? [] : [held_by])])],
    policy_version: policy.version,
    retire: reasons.length > 0,
    reasons,
    inputs,
    judged_at: at,
  };
}

const yearMs = 365.25 * 86_400_000;

function inputsOf(returned: ReturnedPack & { pack: string }): RetirementInputs {
  const { soh_pct: sohPct, low_pct: lowPct, high_pct: highPct, used } = returned;
  const parsed = packReading.safeParse(returned.reading);
  const reading = parsed.success ? parsed.data : undefined;
  const madeOn = decodeBatteryCode(returned.pack)?.madeOn ?? null;
  const ageMs = madeOn === null ? null : Date.parse(returned.at) - Date.parse(madeOn);
  return {
    estimate:
      sohPct === null || lowPct === null || highPct === null ? null : { sohPct, lowPct, highPct, charges: used ?? 0 },
    bmsSohPct: reading?.sohPct ?? returned.bms_soh_pct,
    resistanceMohm: reading?.resistanceMohm ?? returned.resistance_mohm,
    referenceMohm: returned.reference_mohm,
    cellSpreadMv: reading?.cellSpreadMv ?? returned.cell_spread_mv,
    negativeEvents: returned.negative_events ?? 0,
    thermalEvents: returned.thermal_events,
    ageYears: ageMs === null ? null : Math.round((100 * ageMs) / yearMs) / 100,
  };
}
