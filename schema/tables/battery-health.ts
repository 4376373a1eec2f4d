import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

/** What is believed of a pack's state of health after its last judged charge. In a table of its own, which no engine writes. */
export const batteryHealth = pgTable('battery_health', {
  pack: text().primaryKey(),
  /** The filter's state, as `machines/health` has it. */
  belief: json<unknown>().notNull(),
  /** With the ends of the interval that holds the truth nine times in ten. Null until a charge was of use. */
  sohPct: doublePrecision(),
  lowPct: doublePrecision(),
  highPct: doublePrecision(),
  /** Charges judged, and the number of the last reading. */
  readings: integer().notNull(),
  /** Of these, those that were of use. */
  used: integer().notNull(),
  cellSpreadMv: doublePrecision(),
  resistanceMohm: doublePrecision(),
  /** The first resistance that was read: what growth is measured from. */
  referenceMohm: doublePrecision(),
  /** End of the last judged charge. */
  judgedAt: instant().notNull(),
});

/** What each charge said of its pack's health, and what was believed afterwards. Append-only. */
export const batteryHealthReadings = pgTable(
  'battery_health_readings',
  {
    pack: text().notNull(),
    /** 1, 2, … per pack. Whoever judges a second charge of the pack at the same time finds its number taken. */
    n: integer().notNull(),
    /** `station/eventN/position` of the end of the charge. */
    charge: text().notNull().unique(),
    station: text().notNull(),
    slot: smallint().notNull(),
    /** Null: nobody has told of a start. */
    startedAt: instant(),
    endedAt: instant().notNull(),
    ah: doublePrecision(),
    socFromPct: doublePrecision(),
    socToPct: doublePrecision(),
    cellFromC: doublePrecision(),
    cellToC: doublePrecision(),
    meteredWh: bigint({ mode: 'number' }),
    cellSpreadMv: doublePrecision(),
    resistanceMohm: doublePrecision(),
    ratedAh: doublePrecision(),
    /** What the charge alone says, with its standard deviation; null where it was of no use. */
    readPct: doublePrecision(),
    noisePct: doublePrecision(),
    /** Why it was of no use. */
    ignored: text(),
    sohPct: doublePrecision(),
    lowPct: doublePrecision(),
    highPct: doublePrecision(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.pack, t.n] })],
);

/** When a pack is done with traffic. Append-only: a new version replaces the last. */
export const retirementPolicies = pgTable('retirement_policies', {
  version: integer().primaryKey(),
  terms: json<unknown>().notNull(),
  reason: text().notNull(),
  publishedAt: instant().notNull().defaultNow(),
  publishedBy: text().notNull(),
});

/** What the policy said of the pack that came back, at each swap, and from what. Append-only. */
export const retirementDecisions = pgTable(
  'retirement_decisions',
  {
    swap: text().primaryKey(),
    pack: text().notNull(),
    station: text().notNull(),
    policyVersion: integer().notNull(),
    retire: boolean().notNull(),
    reasons: json<unknown>().notNull(),
    inputs: json<unknown>().notNull(),
    /** Instant of the swap the pack was judged at. */
    judgedAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('retirement_decisions_by_pack').on(t.pack, t.judgedAt, t.swap)],
);
