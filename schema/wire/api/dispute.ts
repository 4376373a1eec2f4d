import { z } from 'zod';
import { safeText, swapId } from '../ids.ts';
import { billLine } from '../settlement/bill.ts';
import { fen } from '../settlement/money.ts';
import { disputeOutcomes, disputeStates, evidenceKinds, statementId } from '../settlement/statement.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';
import { noteId } from './note.ts';

export const disputeId = z
  .string()
  .regex(/^d-[0-9a-f]{16}$/, 'must be a dispute id')
  .meta({ examples: ['d-0198f3c2a4b71e05'] });
const words = safeText(2000).min(1);
const lineNumber = z.int().min(1).max(10_000).describe('Number of the line, from 1.');

export const dispute = z
  .object({
    id: disputeId,
    party: organisationId,
    swap: orNull(swapId).describe('Of the receipt in dispute.'),
    statement: orNull(statementId).describe('The statement in dispute.'),
    line: orNull(z.int()).describe('Of it; null: all of it.'),
    disputed: orNull(billLine).describe('The line as it stands there.'),
    disputedFen: fen.describe('What it comes to; nobody is in arrears with it while the dispute is open.'),
    state: z.enum(disputeStates),
    reason: z.string(),
    openedBy: z.string(),
    openedAt: utcInstant,
    outcome: orNull(z.enum(disputeOutcomes)),
    creditFen: orNull(fen).describe('What the lessee gets back.'),
    note: orNull(noteId).describe('The credit note.'),
    resolution: orNull(z.string()),
    resolvedBy: orNull(z.string()),
    resolvedAt: orNull(utcInstant),
    evidence: z.int().describe('Pieces of evidence attached.'),
    edition: z.int(),
  })
  .meta({ id: 'Dispute' });
export type DisputeView = z.infer<typeof dispute>;

export const newDispute = z
  .strictObject({
    swap: swapId.optional().describe('The receipt of this swap …'),
    statement: statementId.optional().describe('… or this statement.'),
    line: lineNumber.optional().describe('Only this line of it. Left out: all of it.'),
    reason: words,
  })
  .refine(({ swap, statement }) => (swap === undefined) !== (statement === undefined), {
    path: ['swap'],
    message: 'name a swap or a statement, and not both',
  })
  .meta({
    id: 'NewDispute',
    examples: [{ statement: 's-2026-05-green-taxi', reason: 'The car was in your workshop.' }],
  });
export type NewDispute = z.output<typeof newDispute>;

export const evidence = z
  .object({
    n: z.int(),
    kind: z.enum(evidenceKinds),
    source: z.string().describe('Where it is from: the swap, `station/number` of an event, the version of a plan.'),
    body: z.record(z.string(), z.unknown()).describe('As it was when it was attached.'),
    by: z.string().describe('`service` for what was copied when the dispute was opened.'),
    attachedAt: utcInstant,
  })
  .meta({ id: 'Evidence' });
export type EvidenceView = z.infer<typeof evidence>;

export const newComment = z
  .strictObject({
    text: words,
    references: z.array(safeText(300).min(1)).max(20).default([]).describe('Numbers of documents, links.'),
  })
  .meta({ id: 'DisputeComment', examples: [{ text: 'Repair order attached.', references: ['RO-2026-118'] }] });
export type NewComment = z.output<typeof newComment>;

const credit = z.strictObject({
  swap: swapId
    .optional()
    .describe('With a statement in dispute: a line of the receipt of this swap, which stands on it.'),
  line: lineNumber.optional().describe('Left out: the line in dispute.'),
  amountFen: fen.min(1).describe('At most what was billed, less earlier notes.'),
});

export const resolution = z
  .strictObject({
    outcome: z.enum(['upheld', 'rejected']),
    resolution: words.describe('Why, for the lessee.'),
    credits: z.array(credit).min(1).max(500).optional().describe('With `upheld`: what is given back, line by line.'),
  })
  .refine(({ outcome, credits }) => (outcome === 'upheld') === (credits !== undefined), {
    path: ['credits'],
    message: 'belong to a dispute that is upheld, and to no other',
  })
  .meta({
    id: 'DisputeResolution',
    examples: [{ outcome: 'rejected', resolution: 'It was on the road on all days.' }],
  });
export type Resolution = z.output<typeof resolution>;

export const withdrawal = z
  .strictObject({ reason: words })
  .meta({ id: 'DisputeWithdrawal', examples: [{ reason: 'Our own mistake.' }] });
