import { z } from 'zod';
import { safeText } from '../ids.ts';
import { billLine } from '../settlement/bill.ts';
import { fen } from '../settlement/money.ts';
import { calendarMonth, receiptsSummary, statementId, statementKinds } from '../settlement/statement.ts';
import { organisationId } from './access.ts';

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
  })
  .meta({ id: 'Statement' });
export type StatementView = z.infer<typeof statementView>;

export const statementDetail = statementView
  .extend({ lines: z.array(billLine), summary: z.array(receiptsSummary) })
  .meta({ id: 'StatementDetail' });

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
