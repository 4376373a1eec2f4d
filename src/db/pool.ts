import type { Sql } from 'postgres';
import { type ClientOptions, connect } from './client.ts';

/** A pool of connections that can be thrown away and made anew: postgres.js has no time-out of its own and no way to drop a stuck socket. */
export interface Pool {
  readonly sql: Sql;
  /** Runs a query with a deadline. When it passes, the whole client is replaced and the query counts as in doubt. */
  run<T>(query: (sql: Sql) => PromiseLike<T>, deadlineMs?: number): Promise<T>;
  end(): Promise<void>;
}

/** The call did not come back in time. What it asked for may have happened, or may yet happen. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'PITLANE_DEADLINE';
}

export interface PoolOptions extends ClientOptions {
  /** Longer than the server's statement time-out, so that the server speaks first where it can. */
  deadlineMs?: number;
}

export async function createPool(options: PoolOptions): Promise<Pool> {
  const deadlineMs = options.deadlineMs ?? (options.statementTimeoutMs ?? 4_000) + 1_000;
  const open = await connect(options);
  let sql = open();
  let ended = false;

  return {
    get sql() {
      return sql;
    },
    async run(query, limitMs = deadlineMs) {
      const client = sql;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          if (client === sql && !ended) {
            sql = open();
            client.end({ timeout: 0 }).catch(() => {});
          }
          reject(new DeadlineError(`no answer from the database in ${limitMs} ms`));
        }, limitMs);
      });
      try {
        return await Promise.race([query(client), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async end() {
      ended = true;
      await sql.end({ timeout: 2 });
    },
  };
}
