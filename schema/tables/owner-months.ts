import { doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

/** What all packs of an owner were and did in a month, counted together. */
export interface OwnedTotals {
  packs: number;
  places: Record<string, number>;
  statuses: Record<string, number>;
  /** Sum of the shares of the month, each to four places. */
  utilisation: number;
  swaps: number;
  sohPcts: number;
  sohPacks: number;
  residualFen: number;
  residualPacks: number;
}

/**
 * The month of an owner of many packs, kept because its figures are of all of them: made anew every few minutes while the month runs, and some
 * times after it. A page of packs is shared out by them without reading the others.
 */
export const ownerMonths = pgTable(
  'owner_months',
  {
    owner: text().notNull(),
    /** Calendar month, Asia/Shanghai. */
    month: text().notNull(),
    /** The figures are those of the month up to here. */
    asOf: instant().notNull(),
    madeAt: instant().notNull().defaultNow(),
    incomeFen: counter().notNull(),
    /** Time of all packs in cars. */
    seconds: doublePrecision().notNull(),
    /** A pack whose remainder is above this, or equal and its code not behind, gets one fen more; null: none does. */
    lastRest: doublePrecision(),
    lastCode: text(),
    /** Version of the rule of residual values. */
    residualPolicy: integer().notNull(),
    totals: json<OwnedTotals>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.month] })],
);
