import { eq, type SQL, sql } from 'drizzle-orm';
import { idempotencyKeys } from '../../schema/tables/idempotency.ts';
import type { ProblemCode } from '../../schema/wire/api/problem.ts';
import type { Database } from '../db/client.ts';
import { oneStatement, type Statement } from '../db/statement.ts';
import type { RequestKey } from '../engine/index.ts';
import type { ApiErrorOptions } from './problem.ts';

/** A request that came with a key. */
export type KeyedRequest = RequestKey;

export interface Refusal extends Pick<ApiErrorOptions, 'errors' | 'allowed' | 'current' | 'alternative' | 'headers'> {
  code: ProblemCode;
  detail: string;
}

/** What an answer is made of: the row that the statement returned, or why there was no statement. */
export type Outcome<R> = { row: R | null } | { refusal: Refusal };

/** Somebody else has stored an answer under this key. */
export class AlreadyStoredError extends Error {
  override readonly name = 'AlreadyStoredError';
}

const primaryKey = 'idempotency_keys_pkey';

/** The engine says it in words: its statement is not the API's. */
export const isAlreadyStored = (error: unknown): boolean =>
  error instanceof AlreadyStoredError || (error instanceof Error && error.message.includes(primaryKey));

/** Somebody else is working on it. */
export class StillRunningError extends Error {
  override readonly name = 'StillRunningError';
}

export interface StoredAnswer<R> {
  fingerprint: string;
  outcome: Outcome<R>;
}

export async function findAnswer<R>(db: Database, id: string): Promise<StoredAnswer<R> | null> {
  const [row] = await db
    .select({ fingerprint: idempotencyKeys.fingerprint, outcome: idempotencyKeys.outcome })
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.id, id));
  return row ? { fingerprint: row.fingerprint, outcome: row.outcome as Outcome<R> } : null;
}

/**
 * Runs a statement that also stores its outcome under the key: both or neither.
 *
 * - `begun` comes first, because the outcome is computed only when it is true: whoever finds the same request running waits for nothing.
 * - A key that was stored meanwhile ends the whole statement, and the effect with it.
 */
export async function runKeyed<R extends object>(
  db: Database,
  request: KeyedRequest,
  { parts, result }: Statement<R>,
): Promise<R | null> {
  const rows = await conflictsNamed(
    db.execute<{ row: R | null }>(
      oneStatement(
        {
          begun: begun(request),
          ...parts,
          outcome: result,
          answer: sql`select case when (select free from begun) then (select to_jsonb(o) from outcome o limit 1) end as row`,
          stored: storing(request, sql`select jsonb_build_object('row', row) as outcome from answer`),
        },
        sql`select row from answer`,
      ),
    ),
  );
  return rows[0]?.row ?? null;
}

/** Stores an outcome that has no effect in the database. */
export async function storeAnswer(db: Database, request: KeyedRequest, outcome: Outcome<object>): Promise<void> {
  const text = JSON.stringify(outcome);
  await conflictsNamed(
    db.execute(
      oneStatement(
        {
          begun: begun(request),
          stored: storing(request, sql`select ${text}::text::jsonb as outcome from begun where free`),
        },
        sql`select id from stored`,
      ),
    ),
  );
}

const begun = ({ id }: KeyedRequest): SQL => sql`select begin_request(${id}) as free`;

const storing = ({ id, caller, operation, fingerprint }: KeyedRequest, outcome: SQL): SQL => sql`
  insert into ${idempotencyKeys} (id, caller, operation, fingerprint, outcome)
  select ${id}, ${caller}, ${operation}, ${fingerprint}, k.outcome from (${outcome}) k returning id`;

async function conflictsNamed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) {
      const { code, constraint_name: constraint } = e as { code?: string; constraint_name?: string };
      if (code === 'PL409') throw new StillRunningError('running', { cause: error });
      if (code === '23505' && constraint === primaryKey) throw new AlreadyStoredError('stored', { cause: error });
    }
    throw error;
  }
}

/** Takes away what is older than the promise, some at a time. Returns how many. */
export async function forgetAnswers(db: Database, olderThanMs: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from ${idempotencyKeys} where id in (
      select id from ${idempotencyKeys} where created_at < now() - make_interval(secs => ${olderThanMs / 1000}::float8)
      order by created_at limit 1000)
    returning id`);
  return rows.length;
}
