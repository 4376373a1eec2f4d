import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { type GradeReason, type GradingPolicy, type GradingTest, grades } from '../wire/cascade/grading.ts';
import { counter, instant, json } from './columns.ts';

/** Append-only. The highest version counts. */
export const gradingPolicies = pgTable('grading_policies', {
  version: integer().primaryKey(),
  terms: json<GradingPolicy>().notNull(),
  publishedAt: instant().notNull().defaultNow(),
  publishedBy: text().notNull(),
});

/** What was known of a pack besides the test when it was graded. */
export interface GradingInputs {
  thermalEvents: number;
  negativeEvents: number;
  ageYears: number | null;
  fullCycles: number | null;
  /** Null, as the two below: it could not be tested. */
  ohmPerV: number | null;
  residualAh: number | null;
  /** Spread of the results that agree, by their mean. */
  spreadPct: number | null;
  pulse: { sohPct: number; lowPct: number; highPct: number; agrees: boolean } | null;
}

/** Every grading of a pack, with all it was made of. Append-only: a test done again is the next number. */
export const gradings = pgTable(
  'gradings',
  {
    pack: text().notNull(),
    /** 1, 2, … per pack. */
    n: integer().notNull(),
    policy: integer().notNull(),
    grade: text({ enum: grades }).notNull(),
    /** Null: the pack could not be tested any more, and is graded recycle. */
    sohPct: doublePrecision(),
    reasons: json<GradeReason[]>().notNull(),
    test: json<GradingTest>().notNull(),
    inputs: json<GradingInputs>().notNull(),
    /** Where it was tested, as custody has it. */
    place: text().notNull(),
    testedAt: instant().notNull(),
    gradedAt: instant().notNull().defaultNow(),
    gradedBy: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.pack, t.n] }),
    index('gradings_by_time').on(t.gradedAt, t.pack, t.n),
    index('gradings_by_grade').on(t.grade, t.gradedAt, t.pack, t.n),
    check('gradings_grade', sql`${t.grade} in ('A','B','C','recycle')`),
    check('gradings_tested', sql`${t.sohPct} is not null or ${t.grade} = 'recycle'`),
  ],
);

/**
 * Thermal events of packs (alarms of level 4), which alarms themselves forget when their key is raised again. A trigger writes them in the
 * commit of the alarm; people add what they saw. Append-only.
 */
export const thermalEvents = pgTable(
  'thermal_events',
  {
    pack: text().notNull(),
    /** Station and key of the alarm, or `site` and the asset. */
    source: text().notNull(),
    n: counter().notNull(),
    detail: text().notNull(),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.pack, t.source, t.n] })],
);
