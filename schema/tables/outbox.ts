import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { CommandOutcome, CommandType } from '../wire/commands.ts';
import { counter, instant, json } from './columns.ts';

export const deliveryStates = [
  'queued',
  'sent',
  'accepted',
  'completed',
  'failed',
  'expired',
  'refused',
  'superseded',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Commands, from the decision to the station's own report of a result. Never resent under another id, never recomputed. */
export const outbox = pgTable(
  'outbox',
  {
    /** The command id. */
    id: text().primaryKey(),
    station: text().notNull(),
    bay: text().notNull(),
    machine: text({ enum: ['bay', 'cycle'] }).notNull(),
    instance: text().notNull(),
    swap: text(),
    type: text().$type<CommandType>().notNull(),
    hash: text().notNull(),
    /** The message without its head (version, station, epoch, ack), as JSON text: it is sent byte for byte as it was decided. */
    message: text().notNull(),
    decidedEpoch: counter().notNull(),
    validBoot: integer().notNull(),
    validUntilBeat: counter().notNull(),
    state: text({ enum: deliveryStates }).notNull(),
    /** Number of the event that decided it. */
    eventN: counter().notNull(),
    queuedAt: instant().notNull().defaultNow(),
    sentAt: instant(),
    acceptedAt: instant(),
    /** The machine withdrew it: `cancel` is sent until a result arrives. */
    cancelledAt: instant(),
    settledAt: instant(),
    /** Outcome, reason, detail and duration as the station reported them. */
    result: json<{ outcome: CommandOutcome; reason: string | null; detail: string | null; durationMs: number }>(),
  },
  (t) => [
    index('outbox_open').on(t.station).where(sql`${t.settledAt} is null`),
    check(
      'outbox_state',
      sql`${t.state} in ('queued','sent','accepted','completed','failed','expired','refused','superseded')`,
    ),
  ],
);
