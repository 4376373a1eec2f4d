import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { notes } from '../../schema/tables/disputes.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems } from '../../schema/tables/statements.ts';
import type { ReceiptView } from '../../schema/wire/api/settlement.ts';
import type { StatementLine } from '../../schema/wire/api/statement.ts';
import { swapId } from '../../schema/wire/ids.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Language } from '../api/language.ts';
import type { Database } from '../db/client.ts';
import { lineText } from '../settlement/bill-words.ts';
import { listed, toReceipt } from '../settlement/queries.ts';
import type { StatementRow } from './queries.ts';

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const lineCursor = cursorCodec('statement-lines', z.int().min(1));

/** All that adds up to a statement's total: its own lines, its swaps by kind of line, the lines of the notes on it. */
export async function listLines(
  db: Database,
  row: StatementRow,
  page: PageRequest,
  language: Language,
): Promise<Page<StatementLine>> {
  const after = lineCursor.decode(page.cursor) ?? 0;
  const lines = [...row.lines.map(ownLine), ...row.summary.map(swapsLine), ...(await noteLines(db, row.id))];
  const numbered = lines.map((line, at): StatementLine => ({ n: at + 1, ...line, text: lineText(line, language) }));
  return toPage(
    numbered.slice(after, after + page.limit + 1),
    page.limit,
    ({ n }) => lineCursor.encode(n),
    (line) => line,
  );
}

type Unnumbered = Omit<StatementLine, 'n' | 'text'>;

const ownLine = (line: BillLine): Unnumbered => ({ part: 'line', note: null, ...line });

const swapsLine = ({ kind, count, quantity, unit, amountFen }: StatementRow['summary'][number]): Unnumbered => ({
  part: 'swaps',
  note: null,
  kind,
  quantity,
  unit,
  unitPriceMicro: null,
  amountFen,
  rule: 'byReceipts',
  basis: { lines: count },
});

async function noteLines(db: Database, statement: string): Promise<Unnumbered[]> {
  const rows = await db
    .select({ id: notes.id, lines: notes.lines })
    .from(statementItems)
    .innerJoin(notes, eq(notes.id, statementItems.item))
    .where(and(eq(statementItems.statement, statement), eq(statementItems.kind, 'note')))
    .orderBy(asc(notes.id));
  return rows.flatMap(({ id, lines }) => lines.map((line): Unnumbered => ({ part: 'note', note: id, ...line })));
}

const receiptCursor = cursorCodec('statement-receipts', swapId);

/** The receipts that stand on a statement, by swap. Walks `statement_items_by_statement`. */
export async function listReceiptsOf(db: Database, statement: string, page: PageRequest): Promise<Page<ReceiptView>> {
  const after = receiptCursor.decode(page.cursor);
  const rows = await db
    .select(listed)
    .from(statementItems)
    .innerJoin(receipts, eq(receipts.swap, statementItems.item))
    .where(
      and(
        eq(statementItems.statement, statement),
        sql`${statementItems.kind} = 'receipt'`,
        after === null ? undefined : gt(statementItems.item, after),
      ),
    )
    .orderBy(asc(statementItems.item))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ swap }) => receiptCursor.encode(swap), toReceipt);
}
