import { type SQL, sql } from 'drizzle-orm';
import { type Statement, statement } from '../db/statement.ts';

type Row = Record<string, unknown>;

/** Adds `sealed` to the row, a secret that a replay of the answer must show again. See src/api/sealed.ts. */
export function withSealed({ parts, result }: Statement<Row>, sealed: string | null): Statement<Row> {
  const inner: SQL = result.getSQL();
  return statement<Row>({ parts, result: sql`select shown.*, ${sealed}::text as sealed from (${inner}) shown` });
}

/** The members that were given. */
export const defined = <T extends object>(of: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as never;
