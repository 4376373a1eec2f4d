import { sql } from 'drizzle-orm';
import type { Posting } from '../../../machines/settlement/postings.ts';
import type { Database } from '../../db/client.ts';
import type { TransferCause } from '../transfers.ts';
import type { Difference } from './difference.ts';

interface Cause {
  causeId: string;
  postings: readonly Posting[];
}

/** Transfers that are not as the rebuilt bills say: missing, too many, or other ones. */
export async function differentTransfers(
  db: Database,
  cause: TransferCause | 'note',
  causes: readonly Cause[],
): Promise<Difference[]> {
  const ids = causes.map(({ causeId }) => causeId);
  const rows = await db.execute<{ cause_id: string; text: string }>(sql`
    select cause_id, line || ' ' || debit || ' ' || credit || ' ' || amount_fen as text from transfers
    where cause = ${cause} and cause_id = any(${sql.param(ids)}::text[]) order by cause_id, line`);
  const stored = new Map<string, string[]>();
  for (const { cause_id, text } of rows) stored.set(cause_id, [...(stored.get(cause_id) ?? []), text]);
  return causes.flatMap(({ causeId, postings }): Difference[] => {
    const rebuilt = postings.map(({ line, debit, credit, amountFen }) => `${line} ${debit} ${credit} ${amountFen}`);
    const was = stored.get(causeId) ?? [];
    if (was.length === rebuilt.length && was.every((text) => rebuilt.includes(text))) return [];
    return [{ kind: 'transfer', id: `${cause} ${causeId}`, what: 'line debit credit fen', stored: was, rebuilt }];
  });
}
