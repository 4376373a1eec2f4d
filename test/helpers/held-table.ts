import postgres from 'postgres';
import { waitFor } from './wait-for.ts';

export interface HeldTable {
  /** Somebody's statement waits for it: what it wrote before stands there, uncommitted. */
  isAwaited(): Promise<unknown>;
  letGo(): Promise<void>;
}

/** Nobody can write the table until it is let go, so that a statement is caught in the act. */
export async function holdTable(databaseUrl: string, table: string): Promise<HeldTable> {
  const holder = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await holder`begin`;
  await holder`lock table ${holder(table)} in exclusive mode`;
  return {
    isAwaited: () =>
      waitFor(
        `a statement to wait for ${table}`,
        async () => (await holder`select from pg_locks where relation = ${table}::regclass and not granted`).length > 0,
        { withinMs: 60_000, everyMs: 5 },
      ),
    async letGo() {
      await holder`commit`;
      await holder.end({ timeout: 1 });
    },
  };
}
