import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { resistanceGrowthPct } from '../../machines/cascade/retirement.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import {
  batteryHealth,
  retirementDecisions as decisions,
  retirementPolicies as policies,
  batteryHealthReadings as readings,
} from '../../schema/tables/battery-health.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import type {
  BatteryHealth,
  HealthReading,
  NewRetirementPolicy,
  RetirementDecision,
  RetirementPolicy,
} from '../../schema/wire/api/battery-health.ts';
import { retirementInputs, retirementReason, retirementTerms } from '../../schema/wire/cascade/retirement.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

const hundredth = (value: number): number => Math.round(100 * value) / 100;

/** Whoever asks may see the pack: that was asked before. */
export async function readHealth(db: Database, code: string): Promise<BatteryHealth | null> {
  const [row] = await db
    .select({
      health: batteryHealth,
      bmsSohPct: batteries.sohPct,
      retiring: batteries.retiring,
      ratedAh: sql<number | null>`${batteryModels.nominalWh} / ${batteryModels.nominalV}`,
    })
    .from(batteries)
    .leftJoin(batteryHealth, eq(batteryHealth.pack, batteries.code))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(eq(batteries.code, code));
  if (!row) return null;
  const { health, bmsSohPct, retiring, ratedAh } = row;
  const { sohPct = null, lowPct = null, highPct = null, used = 0 } = health ?? {};
  const growth = resistanceGrowthPct({
    estimate: null,
    bmsSohPct: null,
    cellSpreadMv: null,
    negativeEvents: 0,
    thermalEvents: 0,
    ageYears: null,
    resistanceMohm: health?.resistanceMohm ?? null,
    referenceMohm: health?.referenceMohm ?? null,
  });
  return {
    code,
    estimate:
      sohPct === null || lowPct === null || highPct === null ? null : { sohPct, lowPct, highPct, charges: used },
    bmsSohPct,
    basis: {
      method: 'ahBetweenTwoSocs',
      confidencePct: 90,
      ratedAh: ratedAh === null ? null : hundredth(ratedAh),
      readings: health?.readings ?? 0,
      judgedAt: health?.judgedAt.toISOString() ?? null,
    },
    cellSpreadMv: health?.cellSpreadMv ?? null,
    resistanceMohm: health?.resistanceMohm ?? null,
    resistanceGrowthPct: growth === null ? null : hundredth(growth),
    retiring,
  };
}

const readingsCursor = cursorCodec('health-readings', z.int().min(1));

/** Newest first, along the key. */
export async function listReadings(db: Database, code: string, page: PageOf): Promise<Page<HealthReading>> {
  const after = readingsCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(readings)
    .where(and(eq(readings.pack, code), after === null ? undefined : lt(readings.n, after)))
    .orderBy(desc(readings.n))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ n }) => readingsCursor.encode(n),
    ({ pack: _pack, charge: _charge, recordedAt: _recordedAt, startedAt, endedAt, ...same }) => ({
      ...same,
      startedAt: startedAt?.toISOString() ?? null,
      endedAt: endedAt.toISOString(),
    }),
  );
}

const decisionsCursor = cursorCodec('retirement-decisions', z.tuple([cursorInstant, z.string()]));

export async function listDecisions(db: Database, code: string, page: PageOf): Promise<Page<RetirementDecision>> {
  const after = decisionsCursor.decode(page.cursor);
  const [at, swap] = after === null ? [] : [new Date(after[0]), after[1]];
  const rows = await db
    .select()
    .from(decisions)
    .where(
      and(
        eq(decisions.pack, code),
        at === undefined || swap === undefined
          ? undefined
          : or(lt(decisions.judgedAt, at), and(eq(decisions.judgedAt, at), lt(decisions.swap, swap))),
      ),
    )
    .orderBy(desc(decisions.judgedAt), desc(decisions.swap))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => decisionsCursor.encode([row.judgedAt.toISOString(), row.swap]),
    ({ swap: id, station, policyVersion, retire, reasons, inputs, judgedAt }) => ({
      swap: id,
      station,
      policyVersion,
      retire,
      reasons: z.array(retirementReason).parse(reasons),
      inputs: retirementInputs.parse(inputs),
      judgedAt: judgedAt.toISOString(),
    }),
  );
}

const policiesCursor = cursorCodec('retirement-policies', z.int().min(1));

export async function listPolicies(db: Database, page: PageOf): Promise<Page<RetirementPolicy>> {
  const after = policiesCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(policies)
    .where(after === null ? undefined : lt(policies.version, after))
    .orderBy(desc(policies.version))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ version }) => policiesCursor.encode(version), toPolicy);
}

export async function readPolicyVersion(db: Database, version: number): Promise<RetirementPolicy | null> {
  const [row] = await db.select().from(policies).where(eq(policies.version, version));
  return row ? toPolicy(row) : null;
}

/** No row: it replaces what is not the newest. Two at once: the key lets one pass. */
export const publishPolicy = (
  { replaces, terms, reason }: NewRetirementPolicy,
  by: string,
): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({
    parts: {
      made: sql`
        insert into ${policies} (version, terms, reason, published_by)
        select newest.version + 1, ${JSON.stringify(terms)}::text::jsonb, ${reason}, ${by}
        from (select max(version) as version from ${policies}) newest where newest.version = ${replaces}::int
        on conflict (version) do nothing returning *`,
    },
    result: sql`select * from made`,
  });

export const policyOf = (row: Readonly<Record<string, unknown>>): RetirementPolicy => toPolicy(rowOf(policies, row));

const toPolicy = ({
  version,
  terms,
  reason,
  publishedAt,
  publishedBy,
}: typeof policies.$inferSelect): RetirementPolicy => ({
  version,
  terms: retirementTerms.parse(terms),
  reason,
  publishedAt: publishedAt.toISOString(),
  publishedBy,
});
