import { asc, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { plainAccount } from '../../machines/settlement/remittance.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { payers } from '../../schema/tables/payments.ts';
import type { NewPayer, PayerView } from '../../schema/wire/api/payment.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { actPart, type PaymentActor } from './acts.ts';

export type PayerRow = typeof payers.$inferSelect;

const cursor = cursorCodec('payers', z.tuple([z.string().max(100)]));

/** Whose an account is now; null: it was never told. */
export async function readPayer(db: Database, account: string): Promise<PayerRow | null> {
  const [row] = await db.select().from(payers).where(eq(payers.account, account)).orderBy(desc(payers.n)).limit(1);
  return row ?? null;
}

/** An account is one organisation's. To hand it over it is taken from the one before first, so that nobody does so by mistake. */
export function refusePayer(known: PayerRow | null, organisation: string | null): void {
  if (known === null || known.organisation === null || organisation === null || known.organisation === organisation)
    return;
  throw new ApiError('already-exists', `The account is of ${known.organisation}.`, { current: toPayer(known) });
}

export const toPayer = ({ n: _, at, ...same }: PayerRow): PayerView => ({ ...same, at: at.toISOString() });

interface WrittenPayer {
  account: string;
  n: number;
  organisation: string | null;
  note: string;
}

export const writePayer = ({ account, n, organisation, note }: WrittenPayer, { by, now }: PaymentActor): SQL => sql`
  insert into ${payers} (account, n, organisation, note, by, at)
  select ${account}, ${n}::int, ${organisation}, ${note}, ${by}, ${new Date(now).toISOString()}::timestamptz from act returning *`;

export interface ChangedPayer {
  payer: PayerView;
}

export async function planPayer(
  db: Database,
  order: NewPayer,
  actor: PaymentActor,
  seen: number,
): Promise<Statement<ChangedPayer>> {
  const account = plainAccount(order.account);
  const { organisation, note } = order;
  const known = await readPayer(db, account);
  await requireOrganisation(db, organisation);
  refusePayer(known, organisation);
  const { by, now } = actor;
  const payer: PayerView = { account, organisation, note, by, at: new Date(now).toISOString() };
  return statement<ChangedPayer>({
    parts: {
      act: actPart({ ...actor, kind: 'payer', subject: account, seen }),
      written: writePayer({ account, n: (known?.n ?? 0) + 1, organisation, note }, actor),
    },
    result: sql`select ${JSON.stringify(payer)}::text::jsonb as payer from act`,
  });
}

async function requireOrganisation(db: Database, organisation: string | null): Promise<void> {
  if (organisation === null) return;
  const [found] = await db
    .select({ kind: organisations.kind })
    .from(organisations)
    .where(eq(organisations.id, organisation));
  if (found !== undefined && found.kind !== 'regulator') return;
  const detail = 'is no organisation that pays';
  throw new ApiError('invalid-body', `organisation ${detail}.`, { errors: [{ pointer: '/organisation', detail }] });
}

/** Accounts that are somebody's, in their order. */
export async function listPayers(
  db: Database,
  { organisation }: { organisation?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<PayerView>> {
  const after = cursor.decode(page.cursor);
  const last = db
    .selectDistinctOn([payers.account])
    .from(payers)
    .where(after === null ? undefined : sql`${payers.account} > ${after[0]}`)
    .orderBy(asc(payers.account), desc(payers.n))
    .as('last');
  const rows = await db
    .select()
    .from(last)
    .where(organisation === undefined ? isNotNull(last.organisation) : eq(last.organisation, organisation))
    .orderBy(asc(last.account))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ account }) => cursor.encode([account]), toPayer);
}
