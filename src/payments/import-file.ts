import { eq, sql } from 'drizzle-orm';
import { paymentFiles } from '../../schema/tables/payments.ts';
import type { PaymentFileDetail } from '../../schema/wire/api/payment.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { actPart, type PaymentActor } from './acts.ts';
import { readAccountsOf, readFileFacts } from './facts.ts';
import { matchRows } from './match-rows.ts';
import { toFile } from './queries.ts';
import { badFile, type GoodFile } from './upload.ts';
import { filedPart, matchParts, takenParts, writtenOf } from './write.ts';

export interface ImportedFile {
  file: PaymentFileDetail;
  /** It had come before. */
  repeated: boolean;
}

/**
 * The one statement that takes a file: its payments, whose they are, and the transfers; all of it or, where a row contradicts what was taken before, a
 * refusal. What was taken before is left alone, and a file that brings nothing new writes nothing.
 */
export async function planImport(
  db: Database,
  { id, format, sha256, rows }: GoodFile,
  actor: PaymentActor,
  seen: number,
): Promise<Statement<ImportedFile>> {
  const [facts, stored] = await Promise.all([readFileFacts(db, rows), readFile(db, id)]);
  const { problems, lines, taken, matches } = matchRows(rows, facts, await readAccountsOf(db, rows, facts));
  if (problems.length > 0) throw badFile(problems);
  const count = (outcome: string) => lines.filter((line) => line.outcome === outcome).length;
  const { by, now } = actor;
  const file: PaymentFileDetail = {
    ...{ id, format, sha256, rows: rows.length, taken: taken.length, known: count('known'), ignored: count('ignored') },
    ...(stored ?? { by, receivedAt: new Date(now).toISOString() }),
    lines,
  };
  const outcome = sql`select ${JSON.stringify(file)}::text::jsonb as file, ${stored !== null}::boolean as repeated`;
  if (stored !== null && taken.length === 0) return statement<ImportedFile>({ parts: {}, result: outcome });
  return statement<ImportedFile>({
    parts: {
      act: actPart({ ...actor, kind: 'import', subject: id, seen }),
      filed: filedPart(file),
      ...takenParts(taken, id, actor),
      ...matchParts(matches.map(writtenOf), actor),
    },
    result: sql`${outcome} from act`,
  });
}

async function readFile(db: Database, id: string): Promise<{ by: string; receivedAt: string } | null> {
  const [row] = await db.select().from(paymentFiles).where(eq(paymentFiles.id, id));
  if (row === undefined) return null;
  const { by, receivedAt } = toFile(row);
  return { by, receivedAt };
}
