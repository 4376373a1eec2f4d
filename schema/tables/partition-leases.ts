import { sql } from 'drizzle-orm';
import { check, pgSequence, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { counter, instant } from './columns.ts';

/** Who runs the stations of a partition. 64 rows from the first migration on; expiry by the database's clock. */
export const partitionLeases = pgTable(
  'partition_leases',
  {
    partition: smallint().primaryKey(),
    owner: text(),
    epoch: counter().notNull().default(0),
    expiresAt: instant(),
  },
  (t) => [check('partition_leases_range', sql`${t.partition} between 0 and 63`)],
);

/** Every epoch ever given out comes from here, so that no two owners share one. */
export const epochs = pgSequence('epochs', { startWith: 1, increment: 1 });
