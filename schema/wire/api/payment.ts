import { z } from 'zod';
import { safeText } from '../ids.ts';
import { fen } from '../settlement/money.ts';
import { fileLine, payerAccount, paymentFileId, paymentFormats, paymentId } from '../settlement/payment.ts';
import { statementId } from '../settlement/statement.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';

export const paymentMatch = z.object({
  n: z.int().describe('1, 2, … of the payment.'),
  party: organisationId,
  statement: orNull(statementId).describe('Null: on account of the party, for statements to come.'),
  amountFen: fen.describe('Below 0: undoes another.'),
  undoes: orNull(z.int()),
  reason: z
    .string()
    .describe('`statementNumber` or `payerAccount` where the service found it; else the words of a person.'),
  by: z.string(),
  matchedAt: utcInstant,
});
export type PaymentMatch = z.infer<typeof paymentMatch>;

export const payment = z
  .object({
    id: paymentId,
    amountFen: fen.describe('For a fleet: what of it is its own.'),
    suspenseFen: fen.describe('Not matched yet.'),
    paidAt: utcInstant,
    payer: z.string().describe('Account it came from; empty: the file does not say, or masks it.'),
    payerName: z.string(),
    reference: z.string().describe('What the payer wrote.'),
    file: paymentFileId,
    line: z.int(),
    recordedAt: utcInstant,
    matches: z.array(paymentMatch),
  })
  .meta({ id: 'Payment' });
export type PaymentView = z.infer<typeof payment>;

export const paymentFile = z
  .object({
    id: paymentFileId,
    format: z.enum(paymentFormats),
    sha256: z.string(),
    rows: z.int().describe('Lines that tell of money, in or out.'),
    taken: z.int().describe('Payments that came with it.'),
    known: z.int().describe('Taken before, by this or another file.'),
    ignored: z.int().describe('No money that came in from outside.'),
    by: z.string(),
    receivedAt: utcInstant,
  })
  .meta({ id: 'PaymentFile' });
export type PaymentFileView = z.infer<typeof paymentFile>;

export const paymentFileDetail = paymentFile
  .extend({ lines: z.array(fileLine).describe('What became of each line, as it was when the file came.') })
  .meta({ id: 'PaymentFileDetail' });
export type PaymentFileDetail = z.infer<typeof paymentFileDetail>;

const note = safeText(500).min(1);

export const newMatch = z
  .strictObject({
    party: organisationId,
    statement: statementId.optional().describe('One of the party’s; without it the oldest that are open.'),
    amountFen: fen
      .min(1)
      .optional()
      .describe('Without it: all that is in suspense. With a statement it is at most what is left of that to pay.'),
    rememberPayer: z.boolean().default(false).describe('What comes from this account in future is this party’s.'),
    note,
  })
  .meta({ id: 'NewPaymentMatch', examples: [{ party: 'green-taxi', note: 'They called: paid by their garage.' }] });
export type NewMatch = z.infer<typeof newMatch>;

export const undoing = z
  .strictObject({ note })
  .meta({ id: 'UndoneMatch', examples: [{ note: 'It was the other taxi company of that name.' }] });

export const payer = z
  .object({
    account: payerAccount,
    organisation: orNull(organisationId).describe('Null: nobody’s any more.'),
    note: z.string(),
    by: z.string(),
    at: utcInstant,
  })
  .meta({ id: 'Payer' });
export type PayerView = z.infer<typeof payer>;

export const newPayer = z
  .strictObject({
    account: payerAccount,
    organisation: orNull(organisationId).describe(
      'A fleet; the operator for our own accounts; null: nobody’s any more.',
    ),
    note,
  })
  .meta({
    id: 'NewPayer',
    examples: [{ account: '1100000010120100999', organisation: 'green-taxi', note: 'Their letter of 3 August.' }],
  });
export type NewPayer = z.infer<typeof newPayer>;
