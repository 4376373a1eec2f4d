import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { followUps } from '../../schema/tables/follow-ups.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import type { FollowUpView, ReceiptDetail, ReceiptView, TransferView } from '../../schema/wire/api/settlement.ts';
import { swapId } from '../../schema/wire/ids.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface ReceiptFilter {
  vehicle?: string | undefined;
  lessee?: string | undefined;
  station?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const receiptCursor = cursorCodec('receipts', z.tuple([cursorInstant, swapId]));

/** Everything but what only a single receipt shows. */
export const listed = {
  swap: receipts.swap,
  station: receipts.station,
  vin: receipts.vin,
  lessee: receipts.lessee,
  owner: receipts.owner,
  lease: receipts.lease,
  plan: receipts.plan,
  planVersion: receipts.planVersion,
  tariff: receipts.tariff,
  releasedAt: receipts.releasedAt,
  odometerKm: receipts.odometerKm,
  energyWh: receipts.energyWh,
  totalFen: receipts.totalFen,
  issuedAt: receipts.issuedAt,
};

/** A fleet sees the receipts it pays. */
const seesReceipt = (scope: Scope): SQL | undefined =>
  and(ofStations(receipts.station, scope), scope.fleet === null ? undefined : eq(receipts.lessee, scope.fleet));

/** Newest first. Walks `receipts_by_vehicle`, `_by_lessee`, `_by_station` or `_by_time`. */
export async function listReceipts(
  db: Database,
  scope: Scope,
  filter: ReceiptFilter,
  page: PageRequest,
): Promise<Page<ReceiptView>> {
  const after = receiptCursor.decode(page.cursor);
  const rows = await db
    .select(listed)
    .from(receipts)
    .where(
      and(
        seesReceipt(scope),
        filter.vehicle === undefined ? undefined : eq(receipts.vin, filter.vehicle),
        filter.lessee === undefined ? undefined : eq(receipts.lessee, filter.lessee),
        filter.station === undefined ? undefined : eq(receipts.station, filter.station),
        filter.from === undefined ? undefined : gte(receipts.releasedAt, new Date(filter.from)),
        filter.to === undefined ? undefined : lt(receipts.releasedAt, new Date(filter.to)),
        after === null
          ? undefined
          : sql`(${receipts.releasedAt}, ${receipts.swap}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(receipts.releasedAt), desc(receipts.swap))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => receiptCursor.encode([row.releasedAt.toISOString(), row.swap]), toReceipt);
}

export const toReceipt = ({
  vin,
  releasedAt,
  issuedAt,
  ...same
}: Pick<typeof receipts.$inferSelect, keyof typeof listed>): ReceiptView => ({
  ...same,
  vehicle: vin,
  releasedAt: releasedAt.toISOString(),
  issuedAt: issuedAt.toISOString(),
});

/** Its lines are put into words in the language of whoever reads it. */
type Unsaid = Omit<ReceiptDetail, 'lines'> & { lines: BillLine[] };

export async function readReceipt(db: Database, scope: Scope, swap: string): Promise<Unsaid | null> {
  const [row] = await db
    .select({ ...listed, lines: receipts.lines, linkToken: receipts.linkToken })
    .from(receipts)
    .where(and(eq(receipts.swap, swap), seesReceipt(scope)));
  if (!row) return null;
  const { lines, linkToken, ...same } = row;
  return { ...toReceipt(same), lines, certificate: `/api/v1/certificates?swap=${swap}&token=${linkToken}` };
}

const transferCursor = cursorCodec('transfers', z.int().min(1));

export interface TransferFilter {
  account?: string | undefined;
  cause?: string | undefined;
  causeId?: string | undefined;
}

/** Newest record first. Of an account: its two sides, each by index, merged. */
export async function listTransfers(
  db: Database,
  filter: TransferFilter,
  page: PageRequest,
): Promise<Page<TransferView>> {
  const after = transferCursor.decode(page.cursor);
  const { account, cause, causeId } = filter;
  const others = and(
    cause === undefined ? undefined : eq(transfers.cause, cause),
    causeId === undefined ? undefined : eq(transfers.causeId, causeId),
    after === null ? undefined : lt(transfers.id, after),
  );
  const side = (of: SQL | undefined) =>
    db
      .select()
      .from(transfers)
      .where(and(of, others))
      .orderBy(desc(transfers.id))
      .limit(page.limit + 1);
  const rows =
    account === undefined
      ? await side(undefined)
      : (await Promise.all([side(eq(transfers.debit, account)), side(eq(transfers.credit, account))]))
          .flat()
          .sort((a, b) => b.id - a.id)
          .slice(0, page.limit + 1);
  return toPage(rows, page.limit, ({ id }) => transferCursor.encode(id), toTransfer);
}

const toTransfer = ({ occurredAt, recordedAt, ...same }: typeof transfers.$inferSelect): TransferView => ({
  ...same,
  occurredAt: occurredAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});

const followUpCursor = cursorCodec('follow-ups', z.tuple([z.string().max(40), z.string().max(200)]));

/** What could not be followed up, or all that waits; by consumer and subject. */
export async function listFollowUps(
  db: Database,
  filter: { consumer?: FollowUpView['consumer'] | undefined; stuck: boolean },
  page: PageRequest,
): Promise<Page<FollowUpView>> {
  const after = followUpCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(followUps)
    .where(
      and(
        filter.consumer === undefined ? undefined : eq(followUps.consumer, filter.consumer),
        filter.stuck ? sql`${followUps.problem} is not null` : undefined,
        after === null ? undefined : sql`(${followUps.consumer}, ${followUps.subject}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(followUps.consumer, followUps.subject)
    .limit(page.limit + 1);
  const toView = ({ createdAt, dueAt, ...same }: (typeof rows)[number]): FollowUpView => ({
    ...same,
    createdAt: createdAt.toISOString(),
    dueAt: dueAt.toISOString(),
  });
  return toPage(rows, page.limit, ({ consumer, subject }) => followUpCursor.encode([consumer, subject]), toView);
}
