import { z } from 'zod';
import { safeText } from '../ids.ts';

/** Files we read: a bank's statement of an account, and Alipay's bill of a merchant. */
export const paymentFormats = ['bank', 'alipay'] as const;
export type PaymentFormat = (typeof paymentFormats)[number];

/** `bank.<own account>.<transaction number>`: who brought it, into which of our accounts, and its number there. */
export const paymentId = z
  .string()
  .regex(
    /^(?:bank|alipay)\.[0-9]{6,32}\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/,
    'must be a payment id such as bank.110906123410901.C0826K7000QQ',
  );

export const paymentFileId = z.string().regex(/^pf-[0-9a-f]{16}$/, 'must be the id of a payment file');

/** Account that money comes from, as the bank or the platform writes it, without spaces. */
export const payerAccount = safeText(100).regex(
  /^[^\s*]{4,100}$/,
  'must be an account number without spaces; one that is masked with * is nobody’s',
);

export const lineOutcomes = ['matched', 'suspense', 'known', 'ignored'] as const;

/** What became of a line of a file. */
export const fileLine = z.object({
  line: z.int(),
  outcome: z.enum(lineOutcomes).describe('`known`: taken before, perhaps from another file.'),
  payment: z.union([paymentId, z.null()]).describe('Null with `ignored`.'),
  reason: z.string().describe('What matched it, or why it was not matched or not taken.'),
});
export type FileLine = z.infer<typeof fileLine>;
