import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type BadRecord, condemn, gradePack, type Measured, measure } from '../../machines/cascade/grading.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { type GradingInputs, gradings } from '../../schema/tables/gradings.ts';
import type { Grading, newGrading, PublishedPolicy } from '../../schema/wire/api/grading.ts';
import type { Grade, GradingTest } from '../../schema/wire/cascade/grading.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ApiError } from '../api/problem.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { isFuture, ofOwnPack, ofOwnPacks, packUnchanged, type RetiredPack } from './retired-pack.ts';

type Row = typeof gradings.$inferSelect;
export type NewGrading = z.output<typeof newGrading>;

const cursor = cursorCodec('gradings', z.tuple([cursorInstant, packCode, z.int().min(1)]));

export interface GradingFilter {
  pack?: string | undefined;
  grade?: Grade | undefined;
}

/** Newest first. */
export async function listGradings(
  db: Database,
  caller: Tenant,
  { pack, grade }: GradingFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Grading>> {
  const after = cursor.decode(page.cursor);
  const own = await ofOwnPacks(db, caller);
  const rows = await db
    .select()
    .from(gradings)
    .where(
      and(
        own(gradings.pack),
        pack === undefined ? undefined : eq(gradings.pack, pack),
        grade === undefined ? undefined : eq(gradings.grade, grade),
        after === null
          ? undefined
          : sql`(${gradings.gradedAt}, ${gradings.pack}, ${gradings.n}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]}::int)`,
      ),
    )
    .orderBy(desc(gradings.gradedAt), desc(gradings.pack), desc(gradings.n))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode([row.gradedAt.toISOString(), row.pack, row.n]), toGrading);
}

export async function readGrading(db: Database, caller: Tenant, id: string): Promise<Grading | null> {
  const [pack = '', n] = id.split('.');
  const [row] = await db
    .select()
    .from(gradings)
    .where(and(eq(gradings.pack, pack), eq(gradings.n, Number(n)), ofOwnPack(caller, gradings.pack)));
  return row ? toGrading(row) : null;
}

/** Why the pack is not graded now. It may not be where it could still be given to a car, and each grading says which it replaces. */
export function refuseGrading(pack: RetiredPack, { replaces }: NewGrading): void {
  const { status, kind, place, edition, grading } = pack;
  const current = { pack: pack.code, status, place, edition, grading: grading && toGrading(grading) };
  const refuse = (detail: string) => new ApiError('change-refused', detail, { current });
  if (status !== 'retired' && status !== 'secondLife')
    throw refuse(`The pack is ${status}: only one that is retired is graded.`);
  if (kind !== 'workshop') throw refuse(`The pack is at ${place}: it is graded in a workshop.`);
  if (replaces === undefined && grading)
    throw refuse(`The pack has been graded ${grading.grade}. For a test made again, say \`replaces\`: ${grading.n}.`);
  if (replaces !== undefined && replaces !== grading?.n)
    throw refuse(grading ? `The last grading is number ${grading.n}.` : 'The pack has not been graded yet.');
}

/** The test without what it was sent with. */
const testOf = ({ pack: _, replaces: __, ...test }: NewGrading): GradingTest => test;

export interface Judged {
  grade: Grade;
  /** Null: a wreck, which nobody could test. */
  measured: Measured | null;
  reasons: Row['reasons'];
}

/** @throws 422 with the fields that make it no test. */
export function judge(pack: RetiredPack, body: NewGrading, { terms }: PublishedPolicy, now: number): Judged {
  const test = testOf(body);
  const bad = timeFaults(pack, test, now);
  if (test.untestable !== undefined) {
    const wreck = condemn(pack, test, terms);
    if ('bad' in wreck) bad.push(...wreck.bad);
    if (bad.length > 0 || 'bad' in wreck) throw noTest(bad);
    return { grade: 'recycle', measured: null, reasons: wreck.reasons };
  }
  const measured = measure(pack, test, terms);
  if ('bad' in measured) bad.push(...measured.bad);
  if (bad.length > 0 || 'bad' in measured) throw noTest(bad);
  return { measured, ...gradePack(pack, test, measured, terms) };
}

function noTest(bad: BadRecord[]): ApiError {
  const [first] = bad;
  const where = first?.pointer.slice(1).replaceAll('/', '.');
  return new ApiError('invalid-body', `The body is not valid at ${where}: ${first?.detail}`, { errors: bad });
}

/** Of the residual energy; of a wreck, of the look at it. */
const testedAtOf = ({ visual, residualEnergy }: Pick<GradingTest, 'visual' | 'residualEnergy'>): string =>
  (residualEnergy ?? visual).at;

function timeFaults({ grading }: RetiredPack, test: GradingTest, now: number) {
  const faults = (['visual', 'insulation', 'residualEnergy', 'pulse'] as const).flatMap((part) => {
    const at = test[part]?.at;
    return at !== undefined && isFuture(at, now) ? [{ pointer: `/${part}/at`, detail: 'lies in the future' }] : [];
  });
  if (grading && Date.parse(testedAtOf(test)) <= grading.testedAt.getTime())
    faults.push({
      pointer: test.residualEnergy ? '/residualEnergy/at' : '/visual/at',
      detail: `must be after the test of grading ${grading.n}`,
    });
  return faults;
}

const nothingMeasured = {
  sohPct: null,
  residualAh: null,
  spreadPct: null,
  ohmPerV: null,
  ageYears: null,
  pulse: null,
};

/**
 * One statement: the grading, and the state of health it found. Of two at once one finds the edition of the pack changed, and nothing is
 * written.
 */
export function writeGrading(
  pack: RetiredPack,
  body: NewGrading,
  { grade, measured, reasons }: Judged,
  { policy, by }: { policy: number; by: string },
): Statement<Record<string, unknown>> {
  const { sohPct = null, ...rest } = measured ?? nothingMeasured;
  const inputs: GradingInputs = {
    ...rest,
    thermalEvents: pack.thermalEvents,
    negativeEvents: pack.negativeEvents,
    fullCycles: pack.fullCycles,
  };
  return statement<Record<string, unknown>>({
    parts: {
      ...packUnchanged(pack),
      known: sql`
        update ${batteries} b set soh_pct = coalesce(${sohPct}::float8, b.soh_pct), changed_by = ${by}, change_reason = ${`graded ${grade}`}, edition = b.edition + 1
        from same where b.code = same.code returning b.code`,
      graded: sql`
        insert into ${gradings} (pack, n, policy, grade, soh_pct, reasons, test, inputs, place, tested_at, graded_by)
        select code, ${(pack.grading?.n ?? 0) + 1}::int, ${policy}::int, ${grade}, ${sohPct}::float8, ${JSON.stringify(reasons)}::text::jsonb,
          ${JSON.stringify(testOf(body))}::text::jsonb, ${JSON.stringify(inputs)}::text::jsonb, ${pack.place},
          ${new Date(testedAtOf(body)).toISOString()}::timestamptz, ${by}
        from known returning *`,
    },
    result: sql`select * from graded`,
  });
}

export const gradingOf = (row: Readonly<Record<string, unknown>>): Grading => toGrading(rowOf(gradings, row));

export const toGrading = ({ testedAt, gradedAt, ...same }: Row): Grading => ({
  ...same,
  id: `${same.pack}.${same.n}`,
  testedAt: testedAt.toISOString(),
  gradedAt: gradedAt.toISOString(),
});
