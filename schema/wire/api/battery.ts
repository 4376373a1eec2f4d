import { z } from 'zod';
import { bayId, holderId, packCode, stationId, swapId } from '../ids.ts';
import { orNull, pct, utcInstant } from './common.ts';

export const packStatus = z.enum(['inService', 'quarantined', 'resting', 'retired', 'secondLife', 'recycled']);

export const placeKind = z.enum([
  'slot',
  'berth',
  'lift',
  'vehicle',
  'isolation',
  'truck',
  'workshop',
  'delivery',
  'secondLifeSite',
  'recycler',
  'unknown',
]);

export const battery = z
  .object({
    /** GB/T 34014 code. */
    code: packCode,
    model: z.string(),
    firmware: z.string(),
    owner: orNull(z.string()),
    socPct: orNull(pct),
    sohPct: orNull(pct),
    energyWh: orNull(z.number()),
    /** The station has said it may be dispatched, and nothing took that back. */
    ready: z.boolean(),
    /** Highest active alarm: 0 none, 2 excluded from dispatch, 3 its slot is locked, 4 thermal event. */
    alarmLevel: z.int().min(0).max(4),
    status: packStatus,
    reservedBy: orNull(holderId),
    /** Where it is: exactly one place, since when, by the latest move. Null only for a pack the ledger has no place for. */
    place: orNull(
      z.object({
        kind: placeKind,
        /** `bj-001/slot/17`, `vehicle/<VIN>`, `unknown`. */
        place: z.string(),
        station: orNull(stationId),
        since: utcInstant,
      }),
    ),
  })
  .meta({ id: 'Battery' });

/** One move of a pack, as recorded. */
export const custodyMove = z
  .object({
    /** 1, 2, … per pack, without gaps. */
    version: z.int(),
    from: orNull(z.object({ kind: placeKind, place: z.string() })),
    to: z.object({ kind: placeKind, place: z.string() }),
    /** Event that proved it: station and number in its log. */
    station: orNull(stationId),
    eventN: orNull(z.int()),
    bay: orNull(bayId),
    swap: orNull(swapId),
    cause: z.string(),
    /** Key or user, and what for: of moves by people only. */
    by: orNull(z.string()),
    reason: orNull(z.string()),
    /** What the pack's BMS said at the hand-over. */
    reading: z.unknown(),
    occurredAt: utcInstant,
    recordedAt: utcInstant,
  })
  .meta({ id: 'CustodyMove' });

export const batteryDetail = battery
  .extend({
    /** Newest first, at most 100; the rest is under `/batteries/{code}/custody`. */
    custody: z.array(custodyMove),
  })
  .meta({ id: 'BatteryDetail' });

/** A rule of the ledger that does not hold, or a difference from what a station said. */
export const custodyViolation = z
  .object({
    rule: z.enum([
      'packWithoutPlace',
      'placeWithoutPack',
      'placeHoldsTwo',
      'placeDiffersFromLastMove',
      'movesDoNotChain',
      'inMotionWithoutSwap',
      'noSuchSlot',
      'differsFromHello',
    ]),
    station: orNull(stationId),
    place: orNull(z.string()),
    packs: z.array(z.string()),
    detail: z.string(),
  })
  .meta({ id: 'CustodyViolation' });

export const custodyAudit = z
  .object({
    /** Packs whose custody was examined. */
    examined: z.int(),
    /** Places that were compared with the stations' last hello. */
    places: z.int(),
    stations: z.int(),
    /** Packs whose place is `unknown`: no violation, each has an open incident. */
    unknown: z.int(),
    violations: z.array(custodyViolation),
  })
  .meta({ id: 'CustodyAudit' });

export type Battery = z.infer<typeof battery>;
export type CustodyMove = z.infer<typeof custodyMove>;
export type CustodyViolation = z.infer<typeof custodyViolation>;
export type CustodyAudit = z.infer<typeof custodyAudit>;
