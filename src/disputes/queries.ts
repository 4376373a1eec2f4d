import { and, asc, desc, eq, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { disputeEvidence, disputes, notes } from '../../schema/tables/disputes.ts';
import { type DisputeView, disputeId, type EvidenceView } from '../../schema/wire/api/dispute.ts';
import { type NoteView, noteId } from '../../schema/wire/api/note.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Language } from '../api/language.ts';
import { ofFleet, type Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { said } from '../settlement/bill-words.ts';

export type DisputeRow = typeof disputes.$inferSelect;
export type NoteRow = typeof notes.$inferSelect;

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface DisputeFilter {
  party?: string | undefined;
  state?: DisputeRow['state'] | undefined;
  swap?: string | undefined;
  statement?: string | undefined;
}

const disputeCursor = cursorCodec('disputes', disputeId);
const ifSaid = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
  value === undefined ? undefined : condition(value);

/** Newest first: their ids are in the order of time. A fleet sees its own. */
export async function listDisputes(
  db: Database,
  caller: Tenant,
  { party, state, swap, statement }: DisputeFilter,
  page: PageRequest,
): Promise<Page<DisputeView>> {
  const after = disputeCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(disputes)
    .where(
      and(
        ofFleet(caller, disputes.party),
        ifSaid(party, (is) => eq(disputes.party, is)),
        ifSaid(state, (is) => eq(disputes.state, is)),
        ifSaid(swap, (is) => eq(disputes.swap, is)),
        ifSaid(statement, (is) => eq(disputes.statement, is)),
        after === null ? undefined : lt(disputes.id, after),
      ),
    )
    .orderBy(desc(disputes.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ id }) => disputeCursor.encode(id), toDispute);
}

export async function findDispute(db: Database, caller: Tenant, id: string): Promise<DisputeRow | null> {
  const [row] = await db
    .select()
    .from(disputes)
    .where(and(eq(disputes.id, id), ofFleet(caller, disputes.party)));
  return row ?? null;
}

/** An open dispute of the same bill, of the same line or where one of the two is of all of it. */
export async function openInTheWay(
  db: Database,
  { swap, statement }: { swap: string | null; statement: string | null },
  line: number | undefined,
): Promise<DisputeView | null> {
  const [row] = await db
    .select()
    .from(disputes)
    .where(
      and(
        sql`${disputes.state} <> 'resolved'`,
        swap === null ? eq(disputes.statement, statement ?? '') : eq(disputes.swap, swap),
        line === undefined ? undefined : or(eq(disputes.line, line), sql`${disputes.line} is null`),
      ),
    )
    .limit(1);
  return row ? toDispute(row) : null;
}

export const toDispute = ({ leases: _, openedAt, resolvedAt, ...same }: DisputeRow): DisputeView => ({
  ...same,
  openedAt: openedAt.toISOString(),
  resolvedAt: resolvedAt?.toISOString() ?? null,
});

const evidenceCursor = cursorCodec('evidence', z.int().min(1));

export async function listEvidence(db: Database, dispute: string, page: PageRequest): Promise<Page<EvidenceView>> {
  const after = evidenceCursor.decode(page.cursor) ?? 0;
  const rows = await db
    .select()
    .from(disputeEvidence)
    .where(and(eq(disputeEvidence.dispute, dispute), gt(disputeEvidence.n, after)))
    .orderBy(asc(disputeEvidence.n))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ n }) => evidenceCursor.encode(n), toEvidence);
}

export const toEvidence = ({
  n,
  kind,
  source,
  body,
  by,
  attachedAt,
}: typeof disputeEvidence.$inferSelect): EvidenceView => ({
  n,
  kind,
  source,
  body: body as EvidenceView['body'],
  by,
  attachedAt: attachedAt.toISOString(),
});

export interface NoteFilter {
  party?: string | undefined;
  statement?: string | undefined;
  swap?: string | undefined;
}

const noteCursor = cursorCodec('notes', z.tuple([cursorInstant, noteId]));

/** Newest first. Walks `notes_by_party` or `notes_by_time`. A fleet sees its own. */
export async function listNotes(
  db: Database,
  caller: Tenant,
  { party, statement, swap }: NoteFilter,
  page: PageRequest & { language: Language },
): Promise<Page<NoteView>> {
  const after = noteCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(notes)
    .where(
      and(
        ofFleet(caller, notes.party),
        ifSaid(party, (is) => eq(notes.party, is)),
        ifSaid(statement, (is) => or(eq(notes.statement, is), eq(notes.corrects, is))),
        ifSaid(swap, (is) => eq(notes.swap, is)),
        after === null ? undefined : sql`(${notes.issuedAt}, ${notes.id}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(notes.issuedAt), desc(notes.id))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ issuedAt, id }) => noteCursor.encode([issuedAt.toISOString(), id]),
    (row) => toNote(row, page.language),
  );
}

export async function findNote(db: Database, caller: Tenant, id: string, language: Language): Promise<NoteView | null> {
  const [row] = await db
    .select()
    .from(notes)
    .where(and(eq(notes.id, id), ofFleet(caller, notes.party)));
  return row ? toNote(row, language) : null;
}

/** The lines in the language of who reads them. */
export const toNote = ({ owner: _, issuedAt, lines, ...same }: NoteRow, language: Language): NoteView => ({
  ...same,
  lines: said(lines, language),
  issuedAt: issuedAt.toISOString(),
});
