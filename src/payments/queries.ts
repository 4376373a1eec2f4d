import { and, asc, desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { paymentFiles, paymentMatches, payments, paymentsInSuspense } from '../../schema/tables/payments.ts';
import type { PaymentFileDetail, PaymentFileView, PaymentView } from '../../schema/wire/api/payment.ts';
import { paymentFileId, paymentId } from '../../schema/wire/settlement/payment.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

type PaymentRow = typeof payments.$inferSelect;
type FileRow = typeof paymentFiles.$inferSelect;
type MatchRow = typeof paymentMatches.$inferSelect;
interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const paymentCursor = cursorCodec('payments', z.tuple([cursorInstant, paymentId]));
const fileCursor = cursorCodec('payment-files', z.tuple([cursorInstant, paymentFileId]));

/** The payments of which something is a party's now: those ever matched to it, by its index, without what was undone. */
const ofParty = (party: string | null): SQL =>
  sql`(${payments.id} in (select m.payment from ${paymentMatches} m where m.party = ${party})
    and (select sum(m.amount_fen) from ${paymentMatches} m where m.party = ${party} and m.payment = ${payments.id}) > 0)`;

const seesPayment = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'fleet' ? ofParty(organisation) : undefined;

/** Of which a party is told, or to whom a match belongs, a fleet sees its own only. */
const isOfOther = ({ role, organisation }: Tenant, party: string): boolean =>
  role === 'fleet' && party !== organisation;

const ofStatement = ({ role, organisation }: Tenant, statement: string): SQL => {
  const own = role === 'fleet' ? sql`and m.party = ${organisation}` : sql``;
  return sql`${payments.id} in (select m.payment from ${paymentMatches} m where m.statement = ${statement} ${own})`;
};

/** There are few, and an array makes sure that each is looked up. */
const inSuspense = sql`${payments.id} = any(array(select s.payment from ${paymentsInSuspense} s))`;
const notInSuspense = sql`not exists (select from ${paymentsInSuspense} s where s.payment = ${payments.id})`;

export interface PaymentFilter {
  party?: string | undefined;
  statement?: string | undefined;
  file?: string | undefined;
  suspense?: 'true' | 'false' | undefined;
}

/** Those recorded last come first. Walks `payments_by_time`, or what a party, statement or file has by theirs. */
export async function listPayments(
  db: Database,
  caller: Tenant,
  { party, statement, file, suspense }: PaymentFilter,
  page: PageRequest,
): Promise<Page<PaymentView>> {
  const before = paymentCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(payments)
    .where(
      and(
        seesPayment(caller),
        party === undefined ? undefined : isOfOther(caller, party) ? sql`false` : ofParty(party),
        statement === undefined ? undefined : ofStatement(caller, statement),
        file === undefined ? undefined : eq(payments.file, file),
        suspense === undefined ? undefined : suspense === 'true' ? inSuspense : notInSuspense,
        before === null
          ? undefined
          : sql`(${payments.recordedAt}, ${payments.id}) < (${before[0]}::timestamptz, ${before[1]})`,
      ),
    )
    .orderBy(desc(payments.recordedAt), desc(payments.id))
    .limit(page.limit + 1);
  const found = toPage(
    rows,
    page.limit,
    ({ recordedAt, id }) => paymentCursor.encode([recordedAt.toISOString(), id]),
    (row) => row,
  );
  return { ...found, items: await withMatches(db, caller, found.items) };
}

export async function readPayment(db: Database, caller: Tenant, id: string): Promise<PaymentView | null> {
  const rows = await db
    .select()
    .from(payments)
    .where(and(eq(payments.id, id), seesPayment(caller)));
  return (await withMatches(db, caller, rows))[0] ?? null;
}

async function withMatches(db: Database, caller: Tenant, rows: readonly PaymentRow[]): Promise<PaymentView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const matches = await db
    .select()
    .from(paymentMatches)
    .where(inArray(paymentMatches.payment, ids))
    .orderBy(asc(paymentMatches.payment), asc(paymentMatches.n));
  return rows.map((row) =>
    toPayment(
      row,
      matches.filter(({ payment }) => payment === row.id),
      caller,
    ),
  );
}

/** Of a payment for several, each fleet sees its part alone. */
function toPayment(
  { paidAt, recordedAt, ...same }: PaymentRow,
  matches: readonly MatchRow[],
  caller: Tenant,
): PaymentView {
  const isFleet = caller.role === 'fleet';
  const seen = isFleet ? matches.filter(({ party }) => party === caller.organisation) : matches;
  const sum = seen.reduce((all, { amountFen }) => all + amountFen, 0);
  return {
    ...same,
    amountFen: isFleet ? sum : same.amountFen,
    suspenseFen: isFleet ? 0 : same.amountFen - sum,
    paidAt: paidAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
    matches: seen.map(({ payment: _, matchedAt, ...match }) => ({ ...match, matchedAt: matchedAt.toISOString() })),
  };
}

export function toFile({
  lines: _,
  receivedAt,
  ...same
}: Omit<FileRow, 'lines'> & { lines?: unknown }): PaymentFileView {
  return { ...same, receivedAt: receivedAt.toISOString() };
}

/** Newest first. */
export async function listFiles(db: Database, page: PageRequest): Promise<Page<PaymentFileView>> {
  const before = fileCursor.decode(page.cursor);
  const { lines: _, ...listed } = getTableColumns(paymentFiles);
  const rows = await db
    .select(listed)
    .from(paymentFiles)
    .where(
      before === null
        ? undefined
        : sql`(${paymentFiles.receivedAt}, ${paymentFiles.id}) < (${before[0]}::timestamptz, ${before[1]})`,
    )
    .orderBy(desc(paymentFiles.receivedAt), desc(paymentFiles.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ receivedAt, id }) => fileCursor.encode([receivedAt.toISOString(), id]), toFile);
}

export async function readFileDetail(db: Database, id: string): Promise<PaymentFileDetail | null> {
  const [row] = await db.select().from(paymentFiles).where(eq(paymentFiles.id, id));
  return row ? { ...toFile(row), lines: row.lines } : null;
}
