import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const workOrderStates = ['open', 'assigned', 'closed'] as const;

/** Something a person has to do at a station: take a pack out of a slot. */
export const workOrders = pgTable(
  'work_orders',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: ['removePack'] }).notNull(),
    station: text().notNull(),
    slot: smallint().notNull(),
    pack: text().notNull(),
    /** Why the pack is to go. */
    reason: text().notNull(),
    state: text({ enum: workOrderStates }).notNull().default('open'),
    /** Who is to do it, in the words of whoever assigned it. */
    assignee: text(),
    assignedBy: text(),
    assignedAt: instant(),
    openedAt: instant().notNull().defaultNow(),
    closedAt: instant(),
    /** Null: it closed because the pack left the slot, or may be dispatched again. */
    closedBy: text(),
    closedNote: text(),
    edition: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex('work_orders_one_per_pack').on(t.kind, t.pack).where(sql`${t.state} <> 'closed'`),
    index('work_orders_by_station').on(t.station, t.id),
    index('work_orders_open').on(t.id).where(sql`${t.state} <> 'closed'`),
    check('work_orders_state', sql`${t.state} in ('open','assigned','closed')`),
  ],
);
