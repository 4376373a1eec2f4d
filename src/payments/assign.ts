import { eq, sql } from 'drizzle-orm';
import { type Allocation, allocate } from '../../machines/settlement/match-payment.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { statements } from '../../schema/tables/statements.ts';
import type { NewMatch, PaymentView } from '../../schema/wire/api/payment.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { actPart, type PaymentActor } from './acts.ts';
import { readAccounts } from './facts.ts';
import { readPayer, refusePayer, writePayer } from './payers.ts';
import { readPayment } from './queries.ts';
import { matchParts, type WrittenMatch } from './write.ts';

export interface ChangedPayment {
  payment: PaymentView;
}

const operator: Tenant = { role: 'operations', organisation: null, stations: null };

async function current(db: Database, id: string): Promise<PaymentView> {
  const payment = await readPayment(db, operator, id);
  if (payment === null) throw notFound('payment');
  return payment;
}

/** A person says whose money it is that lies in suspense. */
export async function planAssign(
  db: Database,
  id: string,
  order: NewMatch,
  actor: PaymentActor,
  seen: number,
): Promise<Statement<ChangedPayment>> {
  const payment = await current(db, id);
  const amountFen = amountOf(payment, order);
  await requireParty(db, order);
  const parts = await partsOf(db, payment, order, amountFen);
  const remembered = order.rememberPayer ? await planRemember(db, payment, order) : null;
  const next = Math.max(0, ...payment.matches.map(({ n }) => n)) + 1;
  const matches = parts.map(
    (part, at): WrittenMatch => ({
      ...{ payment: id, n: next + at, party: order.party, undoes: null, reason: order.note, occurredAt: actor.now },
      ...part,
    }),
  );
  const memory = remembered === null ? {} : { remembered: writePayer(remembered, actor) };
  return changing(payment, matches, memory, { ...actor, kind: 'assign', subject: id, seen });
}

function amountOf(payment: PaymentView, { amountFen = payment.suspenseFen }: NewMatch): number {
  const { suspenseFen } = payment;
  if (suspenseFen === 0)
    throw new ApiError('change-refused', 'Nothing of the payment is in suspense.', { current: payment });
  if (amountFen > suspenseFen)
    throw new ApiError('change-refused', `Only ${suspenseFen} fen of the payment are in suspense.`, {
      current: payment,
    });
  return amountFen;
}

async function requireParty(db: Database, { party, statement: named }: NewMatch): Promise<void> {
  const [organisation] = await db
    .select({ kind: organisations.kind })
    .from(organisations)
    .where(eq(organisations.id, party));
  if (organisation === undefined || organisation.kind === 'operator' || organisation.kind === 'regulator')
    throw invalid('/party', 'is no organisation that pays us');
  if (named === undefined) return;
  const [found] = await db
    .select({ party: statements.party, kind: statements.kind })
    .from(statements)
    .where(eq(statements.id, named));
  if (found?.party !== party || found.kind !== 'fleet')
    throw invalid('/statement', 'is no statement that the party has to pay');
}

const invalid = (pointer: string, detail: string) =>
  new ApiError('invalid-body', `${pointer.slice(1)} ${detail}.`, { errors: [{ pointer, detail }] });

/** As a file's rows are spread. An amount that was said for a statement goes there whole, or is refused. */
async function partsOf(db: Database, payment: PaymentView, order: NewMatch, amountFen: number): Promise<Allocation[]> {
  const { party, statement: named } = order;
  const account = (await readAccounts(db, [party])).get(party) ?? { statements: [], onAccountFen: 0 };
  const parts = allocate(amountFen, account, named === undefined ? [] : [named]);
  const paid = parts.find(({ statement: of }) => of !== null)?.amountFen ?? 0;
  if (named !== undefined && order.amountFen !== undefined && paid < order.amountFen)
    throw new ApiError('change-refused', `Only ${paid} fen of ${named} are left to pay.`, { current: payment });
  return parts;
}

async function planRemember(db: Database, { payer }: PaymentView, { party, note }: NewMatch) {
  if (payer === '') throw invalid('/rememberPayer', 'needs a payment whose account is told');
  const known = await readPayer(db, payer);
  refusePayer(known, party);
  if (known?.organisation === party) return null;
  return { account: payer, n: (known?.n ?? 0) + 1, organisation: party, note };
}

/** A wrong match is undone by its counterpart: the money is in suspense again. */
export async function planUndo(
  db: Database,
  { id, n }: { id: string; n: number },
  note: string,
  actor: PaymentActor,
  seen: number,
): Promise<Statement<ChangedPayment>> {
  const payment = await current(db, id);
  const match = payment.matches.find((each) => each.n === n);
  if (match === undefined) throw notFound('match');
  if (match.undoes !== null)
    throw new ApiError('change-refused', 'It undoes another match: match the money anew instead.', {
      current: payment,
    });
  if (payment.matches.some(({ undoes }) => undoes === n))
    throw new ApiError('already-settled', 'It is undone.', { current: payment });
  const { party, statement: of, amountFen } = match;
  const counter: WrittenMatch = {
    ...{ payment: id, n: Math.max(...payment.matches.map((each) => each.n)) + 1, party, statement: of },
    ...{ amountFen: -amountFen, undoes: n, reason: note, occurredAt: actor.now },
  };
  return changing(payment, [counter], {}, { ...actor, kind: 'undo', subject: id, seen });
}

/** The payment as it will be: the act's number makes sure that nobody else has changed it. */
function changing(
  payment: PaymentView,
  matches: readonly WrittenMatch[],
  more: Statement<object>['parts'],
  act: Parameters<typeof actPart>[0],
): Statement<ChangedPayment> {
  const { by, now } = act;
  const matchedAt = new Date(now).toISOString();
  const moved = matches.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const changed: PaymentView = {
    ...payment,
    suspenseFen: payment.suspenseFen - moved,
    matches: [
      ...payment.matches,
      ...matches.map(({ payment: _, occurredAt: _at, ...match }) => ({ ...match, by, matchedAt })),
    ],
  };
  return statement<ChangedPayment>({
    parts: { act: actPart(act), ...matchParts(matches, act), ...more },
    result: sql`select ${JSON.stringify(changed)}::text::jsonb as payment from act`,
  });
}
