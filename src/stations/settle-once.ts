import type { Context } from 'hono';
import type { ApiEnv } from '../api/context.ts';
import { idempotencyProblems, once } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems } from '../api/route.ts';
import { sees } from '../api/scope.ts';
import type { Statement } from '../db/statement.ts';

/** The row as it is afterwards. */
export interface Settled {
  settled: Record<string, unknown>;
}

export const settleProblems = ['not-found', 'already-settled', ...bodyProblems, ...idempotencyProblems] as const;

interface Settling<T extends object, A extends Response> {
  what: string;
  read: () => Promise<T | null>;
  /** Refuses by throwing. */
  change: (before: T) => Statement<Settled> | Promise<Statement<Settled>>;
  /** The answer with the row as it is afterwards. */
  answer: (row: Record<string, unknown>) => A;
}

/** The one who comes first does it; the other is shown what was done. What is at a station outside the scope is not there. */
export function settleOnce<T extends object, A extends Response>(
  c: Context<ApiEnv>,
  { what, read, change, answer }: Settling<T, A>,
): Promise<A> {
  return once(c, {
    effect: async () => {
      const before = await read();
      const isOutside = before !== null && 'station' in before && !sees(c.get('caller').scope, String(before.station));
      if (before === null || isOutside) throw notFound(what);
      return change(before);
    },
    answer: async (row) => {
      if (row !== null) return answer(row.settled);
      throw new ApiError('already-settled', `Somebody else was first, or it is over: \`current\` shows the ${what}.`, {
        current: await read(),
      });
    },
  });
}
