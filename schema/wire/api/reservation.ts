import { z } from 'zod';
import { bayId, packCode, reservationId, slotNumber, stationId, swapId, vin } from '../ids.ts';
import { orNull, pct, utcInstant } from './common.ts';

export const reservationState = z.enum(['open', 'kept', 'broken', 'noShow', 'cancelled']);

const instant = z.iso.datetime({ offset: true });
const minSoc = z.number().min(10).max(100);

export const reservationBody = z
  .strictObject({
    vehicle: vin,
    station: z.union([stationId, z.literal('best')], 'must be a station id, or best').meta({
      description: '`best`: of the stations the car can reach, the one where its swap can begin soonest.',
    }),
    from: instant,
    to: instant,
    minSoc: minSoc.default(80).meta({ description: 'Least state of charge of the promised pack, percent.' }),
    acceptBelowFloor: z.boolean().default(false).meta({
      description:
        'Take a pack below the floor of health of the lease where no other can be promised. Without it such a reservation is refused, and `detail` says so.',
    }),
    position: z
      .strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
      .optional()
      .meta({ description: 'Where the car is, for `best`. Without it: at the station where it was last.' }),
    rangeKm: z.number().min(0).max(2000).optional().meta({ description: 'How far the car gets, for `best`.' }),
  })
  .meta({ id: 'ReservationRequest' });

export const reservationChangeBody = z
  .strictObject({ from: instant, to: instant, minSoc: minSoc.optional(), acceptBelowFloor: z.boolean().optional() })
  .meta({
    id: 'ReservationChangeRequest',
    examples: [{ from: '2026-05-01T08:40:00Z', to: '2026-05-01T08:55:00Z' }],
  });

/** The pack that is held. */
export const promise = z
  .object({
    pack: packCode,
    slot: orNull(slotNumber),
    /** In the past: the pack is ready. */
    readyAt: utcInstant,
    /**
     * `spare`: ready, with enough left for cars without a reservation. `justInTime`: charging, ready before the window. `onlyReady`: ready, and
     * nothing charges in time. `held`: held before.
     */
    because: z.enum(['spare', 'justInTime', 'onlyReady', 'held']),
  })
  .meta({ id: 'Promise' });

/** Another station that could keep the same promise. Nothing is held there yet. */
export const alternative = z
  .object({
    station: stationId,
    driveMs: z.int(),
    roadKm: orNull(z.number()),
    waitMs: z.int(),
    readyPacks: z.int(),
    promise,
    /** Why this one, in a sentence. */
    reason: z.string(),
  })
  .meta({ id: 'Alternative' });

export const reservation = z
  .object({
    id: reservationId,
    vehicle: vin,
    fleet: orNull(z.string()),
    station: stationId,
    from: utcInstant,
    to: utcInstant,
    minSoc: pct,
    acceptBelowFloor: z.boolean(),
    state: reservationState,
    /** Null: none can be held now, or the reservation is over. */
    promise: orNull(promise),
    /** Since when, and why, the promise cannot be kept. */
    lost: orNull(z.object({ at: utcInstant, reason: z.string(), alternative: orNull(alternative) })),
    /** The bay that expects the car. */
    bay: orNull(bayId),
    arrivedAt: orNull(utcInstant),
    swap: orNull(swapId),
    closedAt: orNull(utcInstant),
    closedReason: orNull(z.string()),
    createdAt: utcInstant,
    edition: z.int(),
  })
  .meta({ id: 'Reservation' });

export const reservationHistory = z
  .object({
    revision: z.int(),
    what: z.enum(['made', 'changed', 'replanned', 'lost', 'due', 'kept', 'broken', 'noShow', 'cancelled']),
    by: z.string(),
    detail: z.unknown(),
    at: utcInstant,
  })
  .meta({ id: 'ReservationHistory' });

export const reservationDetail = reservation
  .extend({ history: z.array(reservationHistory) })
  .meta({ id: 'ReservationDetail' });

const counts = {
  kept: z.int(),
  broken: z.int(),
  noShow: z.int(),
  /** kept of kept and broken; null when there were none. */
  keptShare: orNull(z.number()),
};

/** How often promises were kept. */
export const reservationKpi = z
  .object({
    from: utcInstant,
    to: utcInstant,
    total: z.object(counts),
    stations: z.array(z.object({ station: stationId, ...counts })),
    fleets: z.array(z.object({ fleet: orNull(z.string()), ...counts })),
  })
  .meta({ id: 'ReservationKpi' });

export type Reservation = z.infer<typeof reservation>;
export type ReservationDetail = z.infer<typeof reservationDetail>;
export type ReservationHistory = z.infer<typeof reservationHistory>;
export type ReservationBody = z.infer<typeof reservationBody>;
export type Alternative = z.infer<typeof alternative>;
export type ReservationKpi = z.infer<typeof reservationKpi>;
