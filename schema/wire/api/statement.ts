import { z } from 'zod';
import { safeText } from '../ids.ts';
import { billLine, saidBillLine } from '../settlement/bill.ts';
import { fen } from '../settlement/money.ts';
import { paymentId } from '../settlement/payment.ts';
import { calendarMonth, receiptsSummary, statementId, statementKinds } from '../settlement/statement.ts';
import { organisationId } from './access.ts';

const payStates = ['open', 'partlyPaid', 'paid', 'overdue'] as const;

const statementBalance = z
  .object({
    owedFen: fen.describe('The total, and the notes against it.'),
    paidFen: fen.describe('Payments that were matched to it.'),
    coveredFen: fen.describe('Covered by what the party has on account, paid too much or was credited elsewhere.'),
    openFen: fen.describe('Left to pay.'),
    disputedFen: fen.describe('Of it in dispute: nobody is in arrears with that.'),
    state: z.enum(payStates),
  })
  .meta({ id: 'StatementBalance' });
export type StatementBalance = z.infer<typeof statementBalance>;

export const statementView = z
  .object({
    id: statementId,
    kind: z.enum(statementKinds).describe('`fleet`: what a lessee owes. `owner`: what an owner of packs has earned.'),
    party: organisationId,
    month: calendarMonth,
    receiptCount: z.int(),
    receiptsFen: fen.describe('Swaps, by their receipts.'),
    linesFen: fen.describe('Lease fees and deposits, or income.'),
    notesFen: fen.describe('Credit and debit notes of before.'),
    totalFen: fen,
    dueDay: z.iso.date().nullable(),
    closedAt: z.string(),
    balance: z
      .union([statementBalance, z.null()])
      .describe('As it stands today; null on an owner’s, and in a list of several parties: ask with `party`.'),
  })
  .meta({ id: 'Statement' });
export type StatementView = z.infer<typeof statementView>;

const statementPayment = z
  .object({
    payment: paymentId,
    n: z.int().describe('The match of that payment.'),
    amountFen: fen.describe('Below 0: undoes another.'),
    undoes: z.union([z.int(), z.null()]),
    paidAt: z.string(),
    matchedAt: z.string(),
  })
  .meta({ id: 'StatementPayment' });
export type StatementPayment = z.infer<typeof statementPayment>;

export const statementDetail = statementView
  .extend({
    lines: z.array(saidBillLine),
    summary: z.array(receiptsSummary),
    payments: z.array(statementPayment).describe('In the order in which they were matched.'),
  })
  .meta({ id: 'StatementDetail' });

export const statementLine = z
  .object({
    n: z.int(),
    part: z
      .enum(['line', 'swaps', 'note'])
      .describe('`line`: its own. `swaps`: what its receipts come to, by kind. `note`: of a note that stands on it.'),
    note: z.string().nullable(),
    kind: billLine.shape.kind,
    quantity: z.number(),
    unit: z.string(),
    unitPriceMicro: z.int().nullable().describe('Null: of several prices.'),
    amountFen: fen,
    rule: z.string(),
    text: saidBillLine.shape.text,
    basis: billLine.shape.basis,
  })
  .meta({ id: 'StatementLine' });
export type StatementLine = z.infer<typeof statementLine>;

export const closeBody = z
  .strictObject({ month: calendarMonth })
  .meta({ id: 'MonthToClose', examples: [{ month: '2026-08' }] });

const closedParty = z.object({
  party: organisationId,
  statement: statementId.nullable(),
  outcome: z.enum(['closed', 'was closed', 'nothing', 'waiting']),
  problem: safeText(1000).optional().describe('With `waiting`: what has to be done first.'),
});

export const closedMonth = z
  .object({
    month: calendarMonth,
    fleets: z.array(closedParty),
    owners: z.array(closedParty).describe('Empty while a fleet waits.'),
    isComplete: z.boolean().describe('Nothing waits any more.'),
  })
  .meta({ id: 'ClosedMonth' });
