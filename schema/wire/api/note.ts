import { z } from 'zod';
import { safeText, swapId } from '../ids.ts';
import { billLine, saidBillLine } from '../settlement/bill.ts';
import { fen, microYuan } from '../settlement/money.ts';
import { noteReasons, statementId } from '../settlement/statement.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';

export const noteId = z
  .string()
  .regex(/^(?:n-[0-9a-f]{16}|t-[0-9]{4}-(?:0[1-9]|1[0-2])-[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)$/, 'must be a note id')
  .meta({ examples: ['n-0198f3c2a4b71e05'] });

export const note = z
  .object({
    id: noteId,
    reason: z.enum(noteReasons),
    party: organisationId.describe('Who owes less by it, or more.'),
    statement: orNull(statementId).describe('Whose outstanding sum it changes; null: it stands on the next one.'),
    swap: orNull(swapId).describe('Swap of the receipt that it corrects.'),
    corrects: orNull(statementId).describe('Statement whose lines it corrects.'),
    dispute: orNull(z.string()),
    text: z.string(),
    lines: z.array(saidBillLine).describe('`basis` names the line that each corrects.'),
    totalFen: fen.describe('Below 0: a credit note.'),
    by: z.string(),
    issuedAt: utcInstant,
  })
  .meta({ id: 'Note' });
export type NoteView = z.infer<typeof note>;

const noteLine = z
  .strictObject({
    swap: swapId.optional().describe('With a statement: a line of the receipt of this swap, which stands on it.'),
    line: z.int().min(1).max(10_000).optional().describe('The line that it corrects, from 1.'),
    kind: z
      .enum(['energy', 'serviceFee', 'parking'])
      .optional()
      .describe('In place of `line`, on a debit note: what no line of the bill has.'),
    quantity: z.number().positive().max(1e12),
    unit: billLine.shape.unit,
    unitPriceMicro: microYuan.min(1).describe('Millionths of a yuan for one unit; for Wh of one kWh.'),
    rule: safeText(200).min(1).describe('Why, in short words.'),
  })
  .refine(({ line, kind }) => (line === undefined) !== (kind === undefined), {
    path: ['line'],
    message: 'name the line that it corrects, or on a debit note the kind of what is missing',
  });

export const newNote = z
  .strictObject({
    direction: z.enum(['credit', 'debit']),
    swap: swapId.optional().describe('Corrects the receipt of this swap …'),
    statement: statementId.optional().describe('… or this statement.'),
    text: safeText(500).min(1).describe('What it is for, for the lessee.'),
    lines: z.array(noteLine).min(1).max(500),
  })
  .refine(({ swap, statement }) => (swap === undefined) !== (statement === undefined), {
    path: ['swap'],
    message: 'name a swap or a statement, and not both',
  })
  .meta({
    id: 'NewNote',
    examples: [
      {
        direction: 'credit',
        statement: 's-2026-05-green-taxi',
        text: 'Two days in the workshop',
        lines: [{ line: 1, quantity: 2, unit: 'day', unitPriceMicro: 10_000_000, rule: 'days without the vehicle' }],
      },
    ],
  });
export type NewNote = z.output<typeof newNote>;
