import type { PaymentFormat } from '../../../schema/wire/settlement/payment.ts';

/** Money that came in, as a file tells of it. */
export interface ReadPayment {
  id: string;
  amountFen: number;
  /** UTC epoch ms. */
  paidAt: number;
  /** Account it came from; empty: the file does not say. */
  payer: string;
  payerName: string;
  reference: string;
}

/** A row of a file: money that came in, or why it is none. */
export type Row = { line: number; payment: ReadPayment } | { line: number; ignored: string };

/** What is wrong with a file, and where. `column` as the file names it; empty: the line as a whole. */
export interface FileProblem {
  line: number;
  column: string;
  reason: string;
}

export interface ReadFile {
  rows: Row[];
  problems: FileProblem[];
}

/** How the files of one kind of sender are read. A further one is a file beside this and a line in `formats.ts`. */
export interface FileFormat {
  name: PaymentFormat;
  /** Media types of its files. */
  mediaTypes: readonly string[];
  read(bytes: Buffer): Promise<ReadFile>;
}

export const maxRows = 5_000;
