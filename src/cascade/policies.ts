import { desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { gradingPolicies } from '../../schema/tables/gradings.ts';
import type { PublishedPolicy } from '../../schema/wire/api/grading.ts';
import type { GradingPolicy } from '../../schema/wire/cascade/grading.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

type Row = typeof gradingPolicies.$inferSelect;

const cursor = cursorCodec('grading-policies', z.int().min(1));

/** Newest first. */
export async function listPolicies(
  db: Database,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<PublishedPolicy>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(gradingPolicies)
    .where(after === null ? undefined : lt(gradingPolicies.version, after))
    .orderBy(desc(gradingPolicies.version))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.version), toPolicy);
}

export async function readPolicy(db: Database, version: number): Promise<PublishedPolicy | null> {
  const [row] = await db.select().from(gradingPolicies).where(eq(gradingPolicies.version, version));
  return row ? toPolicy(row) : null;
}

/** The one that counts. The first came with the tables. */
export async function currentPolicy(db: Database): Promise<PublishedPolicy> {
  const [row] = await db.select().from(gradingPolicies).orderBy(desc(gradingPolicies.version)).limit(1);
  if (!row) throw new ApiError('change-refused', 'There is no grading policy.');
  return toPolicy(row);
}

/** The next version. Of two at once, one finds its number taken. */
export const publishPolicy = (terms: GradingPolicy, by: string): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({
    parts: {
      made: sql`
        insert into ${gradingPolicies} (version, terms, published_by)
        select coalesce(max(version), 0) + 1, ${JSON.stringify(terms)}::text::jsonb, ${by} from ${gradingPolicies} returning *`,
    },
    result: sql`select * from made`,
  });

export const policyOf = (row: Readonly<Record<string, unknown>>): PublishedPolicy =>
  toPolicy(rowOf(gradingPolicies, row));

const toPolicy = ({ publishedAt, ...same }: Row): PublishedPolicy => ({
  ...same,
  publishedAt: publishedAt.toISOString(),
});
