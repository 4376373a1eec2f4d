import { sql } from 'drizzle-orm';
import { microOfFen } from '../../machines/settlement/money.ts';
import { type BilledLine, correctionOf, leftFen } from '../../machines/settlement/note.ts';
import { disputeEvidence, disputes } from '../../schema/tables/disputes.ts';
import type { NewComment, NewDispute, Resolution } from '../../schema/wire/api/dispute.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { unknownReference } from '../inventory/change.ts';
import { noteParts } from '../statements/notes.ts';
import { accountGate } from './account.ts';
import { type Bill, readBill } from './bill.ts';
import { collectedPart } from './evidence.ts';
import { type Act, billNamed, creditLimit, lineNamed, newId, noteOf, requireParty, unknownBill } from './note-desk.ts';
import { type DisputeRow, openInTheWay, toDispute } from './queries.ts';
import { toldOf } from './tell.ts';

export type StoredRow = Record<string, unknown>;

/**
 * The statement that opens a dispute: with it all evidence there is. `party`: of a fleet, whose own bills these must be; undefined: the operator's
 * people do it for the lessee.
 */
export async function planDispute(
  db: Database,
  body: NewDispute,
  party: string | null | undefined,
  { by, now }: Act,
): Promise<Statement<StoredRow>> {
  const name = billNamed(body);
  const found = await readBill(db, name, { party });
  if (found === null) throw unknownBill(name);
  const bill = requireParty(found);
  const line = body.line === undefined ? null : lineNamed(bill, { line: body.line }, '');
  const current = await openInTheWay(
    db,
    { swap: bill.swap, statement: bill.swap === null ? bill.statement : null },
    body.line,
  );
  if (current) throw new ApiError('change-refused', `Dispute ${current.id} of it is open.`, { current });
  const { swap } = bill;
  const leases = line === null ? bill.leases : leasesOf(bill, line);
  return statement<StoredRow>({
    parts: {
      account: accountGate(bill.party, bill.version),
      collected: collectedPart({ ...bill, leases }),
      opened: sql`insert into ${disputes} (id, party, swap, statement, line, disputed, disputed_fen, leases, evidence, reason, opened_by, opened_at)
        select ${newId('d', now)}, ${bill.party}, ${swap}, ${swap === null ? bill.statement : null}, ${body.line ?? null}::int,
          ${line === null ? null : JSON.stringify(line.billed)}::text::jsonb, ${line === null ? bill.leftFen : leftFen(line)}::bigint,
          ${sql.param(leases)}::text[], (select count(*)::int from collected), ${body.reason}, ${by}, ${new Date(now).toISOString()}::timestamptz
        from account returning *`,
      attached: sql`insert into ${disputeEvidence} (dispute, n, kind, source, body, by, attached_at)
        select o.id, c.n, c.kind, c.source, c.body, 'service', o.opened_at from opened o, collected c returning n`,
      told: toldOf('opened', 'pitlane.dispute.opened.v1'),
    },
    result: sql`select * from opened`,
  });
}

/** A line of a receipt belongs to the receipt's lease, one of a statement to the lease it names. */
const leasesOf = ({ leases, swap }: Bill, { billed }: BilledLine): string[] =>
  swap !== null ? leases : leases.filter((lease) => lease === billed.basis.lease);

/** What a person says to it. */
export const planComment = (
  { id }: DisputeRow,
  { text, references }: NewComment,
  { by, now }: Act,
): Statement<StoredRow> =>
  statement<StoredRow>({
    parts: {
      counted: sql`update ${disputes} set evidence = evidence + 1, edition = edition + 1 where id = ${id} and state = 'open' returning *`,
      attached: sql`insert into ${disputeEvidence} (dispute, n, kind, source, body, by, attached_at)
        select id, evidence, 'comment', ${by}, ${JSON.stringify({ text, references })}::text::jsonb, ${by}, ${new Date(now).toISOString()}::timestamptz
        from counted returning *`,
    },
    result: sql`select * from attached`,
  });

export const planWithdrawal = (row: DisputeRow, reason: string, act: Act): Statement<StoredRow> =>
  ending(row, { outcome: 'withdrawn', resolution: reason, creditFen: null, note: null }, act);

/** Rejected, or upheld with its credit note: one statement. */
export async function planResolution(
  db: Database,
  row: DisputeRow,
  { outcome, resolution, credits }: Resolution,
  act: Act,
): Promise<Statement<StoredRow>> {
  refuseResolved(row);
  if (credits === undefined) return ending(row, { outcome, resolution, creditFen: 0, note: null }, act);
  const name = row.swap === null ? { statement: row.statement ?? '' } : { swap: row.swap };
  const found = await readBill(db, name, { receiptsToo: credits.flatMap(({ swap }) => swap ?? []) });
  if (found === null) throw unknownBill(name);
  const bill = requireParty(found);
  const lines = creditLines(bill, row, credits);
  const note = noteOf(
    bill,
    lines,
    { id: newId('n', act.now), reason: 'dispute', text: resolution.slice(0, 500), dispute: row.id },
    act,
  );
  const end = ending(row, { outcome, resolution, creditFen: -note.totalFen, note: note.id }, act, 'account');
  return statement<StoredRow>({
    ...end,
    parts: { account: accountGate(bill.party, bill.version), ...end.parts, ...noteParts(note, 'ended') },
  });
}

function creditLines(bill: Bill, row: DisputeRow, credits: NonNullable<Resolution['credits']>): BillLine[] {
  const refuseTooMuch = creditLimit();
  return credits.map(({ swap, line = row.line ?? undefined, amountFen }, at) => {
    const pointer = `/credits/${at}`;
    if (line === undefined) throw unknownReference(`${pointer}/line`, 'is missing: all of the bill is in dispute');
    if (row.line !== null && (line !== row.line || (swap !== undefined && swap !== row.swap)))
      throw unknownReference(`${pointer}/line`, `is not in dispute: line ${row.line} is`);
    const named = lineNamed(bill, { swap, line }, pointer);
    refuseTooMuch(named, amountFen, `${pointer}/amountFen`);
    const said = { quantity: 1, unit: 'item' as const, unitPriceMicro: microOfFen(amountFen) };
    return correctionOf('credit', named, { ...said, rule: `dispute ${row.id} upheld` });
  });
}

export function refuseResolved(row: DisputeRow): void {
  if (row.state === 'resolved') throw new ApiError('already-settled', undefined, { current: toDispute(row) });
}

interface End {
  outcome: NonNullable<DisputeRow['outcome']>;
  resolution: string;
  creditFen: number | null;
  note: string | null;
}

function ending(row: DisputeRow, end: End, { by, now }: Act, gate?: string): Statement<StoredRow> {
  refuseResolved(row);
  const open = gate === undefined ? sql`` : sql` and exists (select from ${sql.identifier(gate)})`;
  return statement<StoredRow>({
    parts: {
      ended: sql`update ${disputes} set state = 'resolved', outcome = ${end.outcome}, resolution = ${end.resolution}, credit_fen = ${end.creditFen}::bigint,
          note = ${end.note}, resolved_by = ${by}, resolved_at = ${new Date(now).toISOString()}::timestamptz, edition = edition + 1
        where id = ${row.id} and state = 'open'${open} returning *`,
      told: toldOf('ended', 'pitlane.dispute.resolved.v1'),
    },
    result: sql`select * from ended`,
  });
}
