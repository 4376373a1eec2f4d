import { and, eq, gte, lt, sql } from 'drizzle-orm';
import { addMonths, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type {
  LeaseOnStatement,
  LeasePart,
  ReceiptOnStatement,
  StatementInput,
} from '../../machines/settlement/statement.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { planVersions } from '../../schema/tables/plans.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import { type PlanTerms, planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { Database } from '../db/client.ts';
import { type LeaseDays, leaseDays } from '../leases/lease-at.ts';

/** A receipt that came too late for its month is taken up by a later one, so many months after it at most. */
export const takenUpMonths = 12;

export const monthStart = (month: string): Date => new Date(startOfDay(firstDay(month)));
export const monthEnd = (month: string): Date => monthStart(addMonths(month, 1));

/** All that the statement of a lessee is made of, as the books stand now. */
export async function readFacts(db: Database, party: string, month: string): Promise<StatementInput> {
  const [leases, unbilled, carried] = await Promise.all([
    readLeases(db, party, month),
    readReceipts(db, party, month),
    readNotes(db, party, month),
  ]);
  return { month, party, leases, receipts: unbilled, notes: carried };
}

const onNoStatement = (kind: 'receipt' | 'note', item: typeof receipts.swap | typeof notes.id) =>
  sql`not exists (select from ${statementItems} i where i.kind = ${kind} and i.item = ${item})`;

const billedColumns = {
  swap: receipts.swap,
  vin: receipts.vin,
  lease: receipts.lease,
  releasedAt: receipts.releasedAt,
  odometerKm: receipts.odometerKm,
  energyWh: receipts.energyWh,
  lines: receipts.lines,
};

async function readReceipts(db: Database, party: string, month: string): Promise<ReceiptOnStatement[]> {
  const rows = await db
    .select(billedColumns)
    .from(receipts)
    .where(
      and(
        eq(receipts.lessee, party),
        gte(receipts.releasedAt, monthStart(addMonths(month, -takenUpMonths))),
        lt(receipts.releasedAt, monthEnd(month)),
        onNoStatement('receipt', receipts.swap),
      ),
    );
  return rows.map((row) => ({ ...row, releasedAt: row.releasedAt.getTime() }));
}

const readNotes = (db: Database, party: string, month: string) =>
  db
    .select({ id: notes.id, totalFen: notes.totalFen })
    .from(notes)
    .where(
      and(
        eq(notes.party, party),
        sql`${notes.statement} is null`,
        gte(notes.issuedAt, monthStart(addMonths(month, -takenUpMonths))),
        onNoStatement('note', notes.id),
      ),
    )
    .orderBy(notes.id);

/** Leases of a lessee in a month, from their history and the versions of their plans. */
export async function readLeases(db: Database, lessee: string, month: string): Promise<LeaseOnStatement[]> {
  const now = await leaseDays(db, month, { lessee });
  if (now.length === 0) return [];
  const earlier = new Map((await leaseDays(db, addMonths(month, -1), { lessee })).map((each) => [each.lease, each]));
  const terms = await readTerms(db, [...now, ...earlier.values()]);
  const operators = await readOperators(db);
  const billed = await readLastBilled(
    db,
    now.map(({ lease }) => lease),
    month,
  );
  return now.map((each) => {
    const before = earlier.get(each.lease);
    return {
      lease: each.lease,
      owner: operators.has(each.owner) ? null : each.owner,
      parts: partsOf(each, terms),
      deposit: {
        heldFen: each.fromDay < firstDay(month) && before ? depositAtEnd(before, month, terms) : 0,
        dueFen: depositAtEnd(each, addMonths(month, 1), terms),
      },
      before: billed.get(each.lease) ?? {},
    };
  });
}

type Terms = ReadonlyMap<string, PlanTerms>;
const termsKey = ({ plan, version }: { plan: string; version: number }): string => `${plan}/${version}`;

function termsOf(terms: Terms, of: { plan: string; version: number }): PlanTerms {
  const found = terms.get(termsKey(of));
  if (!found) throw new Error(`there is no version ${of.version} of plan ${of.plan}`);
  return found;
}

/** Suspended days cost nothing. */
const partsOf = ({ ranges }: LeaseDays, terms: Terms): LeasePart[] =>
  ranges
    .filter(({ state }) => state === 'active')
    .map((range) => {
      const { fromDay, toDay, vin, plan, version } = range;
      return { fromDay, toDay, vin, plan, planVersion: version, terms: termsOf(terms, range) };
    });

/** What has to be held when a month begins: what the version of the day before says, nothing when the lease is over by then. */
function depositAtEnd({ untilDay, ranges }: LeaseDays, month: string, terms: Terms): number {
  const last = ranges.at(-1);
  if (!last || (untilDay !== null && untilDay <= firstDay(month))) return 0;
  return termsOf(terms, last).depositFen;
}

async function readTerms(db: Database, leases: readonly LeaseDays[]): Promise<Terms> {
  const keys = [...new Set(leases.flatMap(({ ranges }) => ranges.map(termsKey)))];
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ plan: planVersions.plan, version: planVersions.version, terms: planVersions.terms })
    .from(planVersions)
    .where(sql`${planVersions.plan} || '/' || ${planVersions.version} in ${keys}`);
  return new Map(rows.map((row) => [termsKey(row), planTerms.parse(row.terms)]));
}

/** Organisations whose packs are the operator's own. */
export async function readOperators(db: Database): Promise<Set<string>> {
  const rows = await db.select({ id: organisations.id }).from(organisations).where(eq(organisations.kind, 'operator'));
  return new Set(rows.map(({ id }) => id));
}

/** Of each vehicle of a lease the last swap that stands on the statement of an earlier month. */
async function readLastBilled(
  db: Database,
  leases: string[],
  month: string,
): Promise<Map<string, LeaseOnStatement['before']>> {
  const rows = await db
    .selectDistinctOn([receipts.lease, receipts.vin], {
      lease: receipts.lease,
      vin: receipts.vin,
      releasedAt: receipts.releasedAt,
      odometerKm: receipts.odometerKm,
    })
    .from(receipts)
    .where(
      and(
        sql`${receipts.lease} in ${leases}`,
        sql`exists (select from ${statementItems} i join ${statements} s on s.id = i.statement
          where i.kind = 'receipt' and i.item = ${receipts.swap} and s.month < ${month})`,
      ),
    )
    .orderBy(receipts.lease, receipts.vin, sql`${receipts.releasedAt} desc`);
  const byLease = new Map<string, Record<string, { releasedAt: number; odometerKm: number }>>();
  for (const { lease, vin, releasedAt, odometerKm } of rows) {
    const of = byLease.get(lease ?? '') ?? {};
    of[vin] = { releasedAt: releasedAt.getTime(), odometerKm };
    byLease.set(lease ?? '', of);
  }
  return byLease;
}
