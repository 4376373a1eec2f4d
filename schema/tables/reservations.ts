import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import type { Alternative } from '../wire/api/reservation.ts';
import { counter, instant, json } from './columns.ts';

/** open: the promise stands or is being mended; the others are final. */
export const reservationStates = ['open', 'kept', 'broken', 'noShow', 'cancelled'] as const;

/**
 * A pack promised to a car for a window of wall-clock time. Which pack is held for it says `batteries.reserved_by`, under the gate of its
 * station; `pack` repeats it for reading and is brought up to date by the planner. The migration adds a constraint that the open
 * reservations of one car do not overlap.
 */
export const reservations = pgTable(
  'reservations',
  {
    /** `r-` and 16 hex digits. */
    id: text().primaryKey(),
    vin: text().notNull(),
    /** Fleet of the car when it was made, so that a later change of fleet rewrites no history. */
    fleet: text(),
    station: text().notNull(),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    minSocPct: doublePrecision().notNull(),
    /** The driver takes a pack below the floor of health of the lease, where no other can be promised. */
    acceptBelowFloor: boolean().notNull().default(false),
    state: text({ enum: reservationStates }).notNull().default('open'),
    /** Pack held; null while none can be. */
    pack: text(),
    slot: smallint(),
    /** When the pack is expected to be ready; in the past when it is ready. */
    readyAt: instant(),
    /** Why this pack, in words of the policy. */
    because: text(),
    /** The fleet was told that the promise cannot be kept; null again when another pack is found. */
    lostAt: instant(),
    lostReason: text(),
    /** Best other station when it was lost. */
    alternative: json<Alternative>(),
    /**
     * Bay that expects the car. `sending`: it is being told, perhaps more than once; `due`: it was told; `over`: it is to be told that it
     * need not. Of a reservation that is over: anything but null is still to be taken back.
     */
    bay: text(),
    bayTold: text({ enum: ['sending', 'due', 'over'] }),
    /** The car stood in position within the window and its tolerances. */
    arrivedAt: instant(),
    swap: text(),
    closedAt: instant(),
    closedReason: text(),
    /** Key or user that made it. */
    by: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    /** Rises with each change by a person; the ETag. */
    edition: integer().notNull().default(1),
    /** Rises with every change; whoever has computed with an older one loses. */
    revision: counter().notNull().default(1),
    /** A planner is at work on it until then. */
    claimedUntil: instant(),
  },
  (t) => [
    index('reservations_open').on(t.station, t.fromAt).where(sql`${t.state} = 'open'`),
    index('reservations_by_time').on(t.fromAt, t.id),
    index('reservations_by_fleet').on(t.fleet, t.fromAt, t.id),
    index('reservations_by_vehicle').on(t.vin, t.fromAt, t.id),
    index('reservations_by_station').on(t.station, t.fromAt, t.id),
    // Most are kept, and a list of those walks `reservations_by_time`. The others are few and far apart.
    index('reservations_not_kept').on(t.state, t.fromAt, t.id).where(sql`${t.state} <> 'kept'`),
    index('reservations_closed').on(t.closedAt, t.station).where(sql`${t.state} in ('kept','broken','noShow')`),
    index('reservations_bay_to_tell').on(t.id).where(sql`${t.bayTold} = 'due' and ${t.state} <> 'open'`),
    check('reservations_state', sql`${t.state} in ('open','kept','broken','noShow','cancelled')`),
    check('reservations_window', sql`${t.fromAt} < ${t.toAt}`),
    check('reservations_closed_at', sql`(${t.state} = 'open') = (${t.closedAt} is null)`),
  ],
);

/** What became of a reservation, step by step. Append-only in use. */
export const reservationChanges = pgTable(
  'reservation_changes',
  {
    reservation: text().notNull(),
    /** `revision` of the reservation that the change led to. */
    revision: counter().notNull(),
    what: text({
      enum: ['made', 'changed', 'replanned', 'lost', 'due', 'kept', 'broken', 'noShow', 'cancelled'],
    }).notNull(),
    /** Key, user, or `planner`. */
    by: text().notNull(),
    detail: json<unknown>(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.reservation, t.revision] })],
);
