import { sql } from 'drizzle-orm';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { thermalEvents } from '../../schema/tables/gradings.ts';
import { assetEvents, cascadeSerials, secondLifeAssets, secondLifeSites } from '../../schema/tables/second-life.ts';
import type { PublishedPolicy } from '../../schema/wire/api/grading.ts';
import type { NewAsset } from '../../schema/wire/api/second-life.ts';
import { cascadeCodeOf } from '../../schema/wire/pack-code.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import type { Work } from './asset-rules.ts';
import { changedAsset } from './assets.ts';
import { awayParts, statusPart } from './pack-away.ts';
import { packUnchanged, type RetiredPack } from './retired-pack.ts';

/** A code that no product has had: the serial rises for ever, or until the day is another. */
export async function nextCascadeCode(
  db: Database,
  { pack, policy, now }: { pack: string; policy: PublishedPolicy; now: number },
): Promise<string> {
  const [row] = await db.execute<{ serial: number }>(
    sql`select nextval(${cascadeSerials.seqName ?? 'cascade_serials'}::regclass)::int as serial`,
  );
  const manufacturer = policy.terms.codeManufacturer;
  const code = cascadeCodeOf({ manufacturer, original: pack, day: beijingDay(now), serial: row?.serial ?? 0 });
  if (code === null) throw new ApiError('change-refused', `No cascade code can be made of ${pack}.`);
  return code;
}

/**
 * One statement: the asset, its first event, the status of the pack and its way to the site. The life of the pack follows from them in the same
 * commit. Of two at once one finds the pack changed, and nothing is written.
 */
export function makeAsset(
  pack: RetiredPack,
  body: NewAsset & Work,
  { code, by, at }: { code: string; by: string; at: string },
): Statement<Record<string, unknown>> {
  const { site, function: use, powerW, energyWh, socMinPct, socMaxPct, reservePct } = body;
  const { chargeEfficiencyPct, dischargeEfficiencyPct } = body;
  const reason = body.reason ?? `second life at ${site} as ${code}`;
  const grading = pack.grading?.n ?? 0;
  const planned = { pack: pack.code, site, function: use, powerW, energyWh, grade: pack.grading?.grade, reason };
  return statement<Record<string, unknown>>({
    parts: {
      ...packUnchanged(pack),
      agreed: sql`
        select same.code from same where exists (select from ${secondLifeSites} s where s.id = ${site})
          and not exists (select from ${thermalEvents} t where t.pack = ${pack.code})`,
      known: statusPart('secondLife', { by, reason }),
      ...awayParts({ to: { kind: 'secondLifeSite', place: `secondLifeSite/${site}` }, by, reason, at }),
      changed: sql`
        insert into ${secondLifeAssets} (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct,
          charge_efficiency_pct, discharge_efficiency_pct, grading, changed_by)
        select ${code}, known.code, ${site}, ${use}, ${powerW}::int, ${energyWh}::int, ${socMinPct}::float8, ${socMaxPct}::float8,
          ${reservePct}::float8, ${chargeEfficiencyPct}::float8, ${dischargeEfficiencyPct}::float8, ${grading}::int, ${by}
        from known returning *`,
      event: sql`
        insert into ${assetEvents} (asset, n, type, body, by, occurred_at)
        select code, event_n, 'planned', ${JSON.stringify(planned)}::text::jsonb, ${by}, ${at}::timestamptz from changed`,
    },
    result: changedAsset,
  });
}
