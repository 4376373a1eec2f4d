import { z } from 'zod';
import { safeText } from '../ids.ts';
import { billLineKinds } from './bill.ts';
import { fen } from './money.ts';

export const statementKinds = ['fleet', 'owner'] as const;
export type StatementKind = (typeof statementKinds)[number];

/** `s-2026-08-blue-taxi`, `o-2026-08-pack-bank`: what a payer writes as reference. */
export const statementId = z
  .string()
  .regex(/^[so]-[0-9]{4}-(?:0[1-9]|1[0-2])-[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a statement id');

export const calendarMonth = z
  .string()
  .regex(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-08')
  .describe('A calendar month of Asia/Shanghai.');

/** What the receipts of a statement come to, by kind of line. The lines themselves stand on the receipts. */
export const receiptsSummary = z.strictObject({
  kind: z.enum(billLineKinds),
  /** Lines of this kind. */
  count: z.int().min(0),
  quantity: z.number(),
  unit: safeText(8),
  amountFen: fen,
});
export type ReceiptsSummary = z.infer<typeof receiptsSummary>;

export const noteReasons = ['correction', 'dispute', 'trueUp'] as const;
export const disputeStates = ['open', 'resolved'] as const;
export const disputeOutcomes = ['upheld', 'rejected', 'withdrawn'] as const;
/** What is attached to a dispute. The last is what people say; all else is copied by the service when it is opened. */
export const evidenceKinds = [
  'receipt',
  'statement',
  'event',
  'charge',
  'tariff',
  'plan',
  'leaseEvent',
  'transfer',
  'note',
  'comment',
] as const;
