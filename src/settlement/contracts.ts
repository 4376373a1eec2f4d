import { eq, sql } from 'drizzle-orm';
import type { Contract } from '../../machines/settlement/receipt.ts';
import { plans as plansTable, planVersions } from '../../schema/tables/plans.ts';
import { type PlanTerms, planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { LeaseOfSwap } from '../../schema/wire/settlement/usage.ts';
import type { Database } from '../db/client.ts';
import { leasesAt } from '../leases/lease-at.ts';

/** A car to be billed, at the instant that prices it. */
export interface CarToBill {
  vin: string;
  at: number;
  /** Its fleet then: pays where there is no lease. */
  fleet: string | null;
  /** The plan that priced it, where that has been decided; else the plan for cars without lease as it is now. */
  walkIn?: string;
}

export interface NoContract {
  code: 'noPriceForSwap';
  detail: string;
}

/** Who pays by which terms, for many cars: from `lease_events` and `plan_versions`. In their order. */
export async function contractsOf(db: Database, cars: readonly CarToBill[]): Promise<(Contract | NoContract)[]> {
  const [leases, walkIn, operators] = await Promise.all([leasesAt(db, cars), readWalkIn(db), readOperators(db)]);
  const plans = new Set([...leases.map((lease) => lease?.plan), ...cars.map((car) => car.walkIn), walkIn?.plan]);
  const versions = await readVersions(
    db,
    [...plans].filter((plan) => plan !== undefined),
  );
  const ownerOf = (owner: string | null) => (owner === null || operators.has(owner) ? null : owner);

  const ofLease = (lease: LeaseOfSwap): Contract | NoContract => {
    const { plan, planVersion, lessee } = lease;
    const terms = versions.get(plan)?.find(({ version }) => version === planVersion)?.terms;
    if (!terms) return { code: 'noPriceForSwap', detail: `plan ${plan} has no version ${planVersion}` };
    return { lease, plan, planVersion, terms, lessee, owner: ownerOf(lease.owner) };
  };
  const without = ({ at, fleet, walkIn: decided }: CarToBill): Contract | NoContract => {
    const plan = decided ?? walkIn?.plan;
    const then = versionAt((plan === undefined ? undefined : versions.get(plan)) ?? [], at);
    if (plan === undefined || !then) {
      return { code: 'noPriceForSwap', detail: 'the car has no lease, and there is no plan for such cars' };
    }
    const { version, terms, owner } = then;
    return { lease: null, plan, planVersion: version, terms, lessee: fleet, owner: ownerOf(owner) };
  };
  return cars.map((car, index) => {
    const lease = leases[index];
    return lease ? ofLease(lease) : without(car);
  });
}

interface Version {
  version: number;
  /** Of its plan. */
  owner: string | null;
  terms: PlanTerms;
  publishedAt: number;
}

/** The newest version published before the release; for a swap of before the first one, that. */
const versionAt = (versions: readonly Version[], at: number): Version | undefined =>
  versions.findLast(({ publishedAt }) => publishedAt <= at) ?? versions[0];

async function readVersions(db: Database, plans: readonly string[]): Promise<Map<string, Version[]>> {
  const { plan: planOf, version: versionOf, terms: termsOf, publishedAt: since } = planVersions;
  const rows = await db
    .select({ plan: planOf, version: versionOf, terms: termsOf, publishedAt: since, owner: plansTable.owner })
    .from(planVersions)
    .innerJoin(plansTable, eq(plansTable.id, planOf))
    .where(sql`${planVersions.plan} = any(${sql.param([...plans])}::text[])`)
    .orderBy(planVersions.plan, planVersions.version);
  const byPlan = new Map<string, Version[]>();
  for (const { plan, version, terms, publishedAt, owner } of rows) {
    byPlan.set(plan, [
      ...(byPlan.get(plan) ?? []),
      { version, owner, terms: planTerms.parse(terms), publishedAt: publishedAt.getTime() },
    ]);
  }
  return byPlan;
}

async function readWalkIn(db: Database): Promise<{ plan: string } | undefined> {
  const [row] = await db.execute<{ plan: string }>(sql`select id as plan from plans where is_walk_in`);
  return row;
}

async function readOperators(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.execute<{ id: string }>(sql`select id from organisations where kind = 'operator'`);
  return new Set(rows.map(({ id }) => id));
}
