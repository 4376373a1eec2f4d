import { type SQL, sql } from 'drizzle-orm';
import { paymentActs } from '../../schema/tables/payments.ts';
import { type KeyedRequest, runKeyed } from '../api/idempotency-store.ts';
import { ApiError, isWorthRepeating } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement } from '../db/statement.ts';

/** Who does something to payments, and when. */
export interface PaymentActor {
  by: string;
  /** UTC epoch ms. */
  now: number;
}

export interface Act extends PaymentActor {
  kind: (typeof paymentActs.$inferInsert)['kind'];
  subject: string;
  /** Number of the last act that the plan has seen. */
  seen: number;
}

/** The part of a statement that claims its place in the order of acts; everything else of it hangs on this one. */
export const actPart = ({ seen, kind, subject, by, now }: Act): SQL => sql`
  insert into ${paymentActs} (n, kind, subject, by, at)
  values (${seen + 1}, ${kind}, ${subject}, ${by}, ${new Date(now).toISOString()}::timestamptz) returning n`;

/** To be read before all else that a plan reads. */
export async function lastAct(db: Database): Promise<number> {
  const [row] = await db.execute<{ n: string }>(sql`select coalesce(max(n), 0) as n from ${paymentActs}`);
  return Number(row?.n);
}

const attempts = 20;

/**
 * Plans and writes, and does both again when somebody else has written meanwhile. `plan` reads, refuses by throwing, and gives the statement that
 * writes. With a request the outcome is stored under its key by that statement.
 */
export async function act<R extends object>(
  db: Database,
  request: KeyedRequest | null,
  plan: (seen: number) => Promise<Statement<R>>,
): Promise<R | null> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const change = await plan(await lastAct(db));
    try {
      return await (request === null ? runStatement(db, change) : runKeyed(db, request, change));
    } catch (error) {
      if (!isOvertaken(error) && !isWorthRepeating(error)) throw error;
    }
  }
  throw new ApiError('unavailable', 'Others kept changing payments while this was worked on. Nothing was done.', {
    headers: { 'Retry-After': '1' },
  });
}

function isOvertaken(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code, constraint_name: constraint } = e as { code?: string; constraint_name?: string };
    if (code === '23505' && constraint === 'payment_acts_pkey') return true;
  }
  return false;
}
