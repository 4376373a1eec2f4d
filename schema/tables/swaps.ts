import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CommandOutcome, CommandType } from '../wire/commands.ts';
import { instant } from './columns.ts';

export const swapStates = ['requested', 'running', 'completed', 'rolled-back', 'refused', 'needs-person'] as const;

/** One visit of a car: from wheels on the stops to packs confirmed. */
export const swaps = pgTable(
  'swaps',
  {
    /** `station.bay.n` */
    id: text().primaryKey(),
    station: text().notNull(),
    bay: text().notNull(),
    vin: text().notNull(),
    /** Fleet of the car at the time, so that a later change of fleet rewrites no history. */
    fleet: text(),
    state: text({ enum: swapStates }).notNull(),
    reason: text(),
    odometerKm: doublePrecision().notNull(),
    packOut: text(),
    packIn: text(),
    packOutSocPct: doublePrecision(),
    packInSocPct: doublePrecision(),
    packOutEnergyWh: doublePrecision(),
    packInEnergyWh: doublePrecision(),
    /** State of health by which the pack was chosen, and where it is from; a floor of health is judged by it. */
    packInSohPct: doublePrecision(),
    packInSohSource: text({ enum: ['estimate', 'bms'] }),
    enteredAt: instant(),
    inPositionAt: instant().notNull(),
    releasedAt: instant(),
    leftAt: instant(),
    endedAt: instant(),
    /** vehicleInPosition to released, equipment ms. */
    swapTimeMs: integer(),
  },
  (t) => [
    index('swaps_by_time').on(t.inPositionAt, t.id),
    index('swaps_by_station').on(t.station, t.inPositionAt, t.id),
    index('swaps_by_vehicle').on(t.vin, t.inPositionAt, t.id),
    // A fleet that swaps seldom, or never did, is answered without a walk through everybody's.
    index('swaps_by_fleet').on(t.fleet, t.inPositionAt, t.id).where(sql`${t.fleet} is not null`),
    // Completed swaps are nearly all: a list of them walks `swaps_by_time`. The others are few and far apart.
    index('swaps_not_completed').on(t.state, t.inPositionAt, t.id).where(sql`${t.state} <> 'completed'`),
    check('swaps_state', sql`${t.state} in ('requested','running','completed','rolled-back','refused','needs-person')`),
  ],
);

/** A swap's timeline, one row per attempt of a step. */
export const swapSteps = pgTable(
  'swap_steps',
  {
    swap: text().notNull(),
    ordinal: integer().notNull(),
    step: text().$type<CommandType>().notNull(),
    track: text({ enum: ['robot', 'shuttle'] }).notNull(),
    attempt: integer().notNull(),
    commandId: text().notNull(),
    budgetMs: integer().notNull(),
    actualMs: integer(),
    /** A `CommandOutcome`, or `running`. */
    result: text().$type<CommandOutcome | 'running'>().notNull(),
    reason: text(),
    startedAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.swap, t.ordinal] })],
);
