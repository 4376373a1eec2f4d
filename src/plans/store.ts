import { and, asc, desc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { plans, planVersions } from '../../schema/tables/plans.ts';
import { type newPlan, type Plan, type PlanVersion, planId } from '../../schema/wire/api/plan.ts';
import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

export type NewPlan = z.output<typeof newPlan>;
type PlanRow = typeof plans.$inferSelect;
type VersionRow = typeof planVersions.$inferSelect;
export interface Found {
  plan: PlanRow;
  version: VersionRow;
}
type Row = Record<string, unknown>;

const cursor = cursorCodec('plans', planId);

/** Owners see the operator's plans and their own, not what others ask. */
const seesPlan = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'owner' ? or(isNull(plans.owner), eq(plans.owner, organisation ?? '')) : undefined;

const newest = sql`${planVersions.version} = (select max(v.version) from ${planVersions} v where v.plan = ${plans.id})`;

const select = (db: Database, where: SQL | undefined) =>
  db
    .select({ plan: plans, version: planVersions })
    .from(plans)
    .innerJoin(planVersions, and(eq(planVersions.plan, plans.id), newest))
    .where(where);

export async function listPlans(
  db: Database,
  caller: Tenant,
  filter: { owner?: string | undefined; open?: boolean | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Plan>> {
  const after = cursor.decode(page.cursor);
  const rows = await select(
    db,
    and(
      seesPlan(caller),
      filter.owner === undefined ? undefined : eq(plans.owner, filter.owner),
      filter.open === undefined ? undefined : sql`${isNull(plans.closedAt)} = ${filter.open}`,
      after === null ? undefined : gt(plans.id, after),
    ),
  )
    .orderBy(asc(plans.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.plan.id), toPlan);
}

export async function readPlan(db: Database, caller: Tenant, id: string): Promise<Plan | null> {
  const [row] = await select(db, and(eq(plans.id, id), seesPlan(caller)));
  return row ? toPlan(row) : null;
}

/** A version of a plan, the newest when none is named, with the plan it is of. */
export async function readVersion(db: Database, id: string, version?: number): Promise<Found | null> {
  const [row] = await db
    .select({ plan: plans, version: planVersions })
    .from(planVersions)
    .innerJoin(plans, eq(plans.id, planVersions.plan))
    .where(and(eq(plans.id, id), version === undefined ? newest : eq(planVersions.version, version)));
  return row ?? null;
}

/** Newest first. Few: a plan has a new version every some months. */
export async function listVersions(db: Database, id: string): Promise<PlanVersion[]> {
  const rows = await db
    .select()
    .from(planVersions)
    .where(eq(planVersions.plan, id))
    .orderBy(desc(planVersions.version))
    .limit(500);
  return rows.map(toVersion);
}

export const toVersion = ({ publishedAt, ...same }: VersionRow): PlanVersion => ({
  ...same,
  publishedAt: publishedAt.toISOString(),
});

function toPlan({ plan: { createdAt, closedAt, ...same }, version }: Found): Plan {
  return {
    ...same,
    version: version.version,
    terms: version.terms,
    closedAt: closedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** `row`: a plan and a version as JSON has them. */
export const planOf = (row: { plan: Row; version: Row }): Plan =>
  toPlan({ plan: rowOf(plans, row.plan), version: rowOf(planVersions, row.version) });
export const versionOf = (row: Row): PlanVersion => toVersion(rowOf(planVersions, row));

const termsOf = (terms: PlanTerms) => sql`${JSON.stringify(terms)}::text::jsonb`;

export interface PlanAndVersion {
  plan: Row;
  version: Row;
}
const both = sql`select to_jsonb(made.*) as plan, to_jsonb(first.*) as version from made, first`;

/** No row: the id is taken, or there is a walk-in plan already. */
export const createPlan = ({ id, owner, name, nameEn, isWalkIn, terms }: NewPlan, by: string) =>
  statement<PlanAndVersion>({
    parts: {
      made: sql`insert into ${plans} (id, owner, name, name_en, is_walk_in, created_by)
        values (${id}, ${owner}, ${name}, ${nameEn}, ${isWalkIn}, ${by}) on conflict do nothing returning *`,
      first: sql`insert into ${planVersions} (plan, version, terms, published_by)
        select made.id, 1, ${termsOf(terms)}, ${by} from made returning *`,
    },
    result: both,
  });

/** The next version, while the plan is as it was read: of two at once one wins. No row: it is not. Running leases keep theirs. */
export const publishVersion = ({ id, edition, version }: Plan, terms: PlanTerms, by: string): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`update ${plans} set edition = edition + 1 where ${plans.id} = ${id} and ${plans.edition} = ${edition} and ${plans.closedAt} is null returning *`,
      first: sql`insert into ${planVersions} (plan, version, terms, published_by)
        select made.id, ${version + 1}::int, ${termsOf(terms)}, ${by} from made returning *`,
    },
    result: sql`select * from first`,
  });

/** No row: it is closed. */
export const closePlan = (id: string): Statement<PlanAndVersion> =>
  statement<PlanAndVersion>({
    parts: {
      made: sql`update ${plans} set closed_at = now(), is_walk_in = false, edition = edition + 1
        where ${plans.id} = ${id} and ${plans.closedAt} is null returning *`,
      first: sql`select v.* from ${planVersions} v, made where v.plan = made.id order by v.version desc limit 1`,
    },
    result: both,
  });
