import { z } from 'zod';
import { bayId, holderId, packCode, safeText, stationId, swapId } from '../ids.ts';
import { decodeBatteryCode } from '../pack-code.ts';
import { organisationId } from './access.ts';
import { batteryModelId } from './battery-model.ts';
import { orNull, pct, utcInstant } from './common.ts';

export const packStatus = z.enum(['inService', 'quarantined', 'resting', 'retired', 'secondLife', 'recycled']);

type PackStatus = z.infer<typeof packStatus>;

/**
 * What a pack may become by a person's word. It comes back from rest and quarantine, never from retirement: a trigger of the ledger says so to
 * every other program.
 */
export const statusByHand: Readonly<Record<PackStatus, readonly PackStatus[]>> = {
  inService: ['quarantined', 'resting', 'retired'],
  quarantined: ['inService', 'resting', 'retired'],
  resting: ['inService', 'quarantined', 'retired'],
  retired: [],
  secondLife: [],
  recycled: [],
};

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
    /** Energy and charge taken in at stations, life-long. */
    chargeThroughputWh: z.number(),
    chargeThroughputAh: z.number(),
    /** `chargeThroughputWh` in full charges of the model; null: nobody has described the model. */
    fullCycles: orNull(z.number()),
    /** Coldest and hottest reading of the hottest cell. */
    minCellC: orNull(z.number()),
    maxCellC: orNull(z.number()),
    /** Alarms of level 2 and above. */
    negativeEvents: z.int(),
    /** How often it was fitted into a vehicle. */
    swapCount: z.int(),
    edition: z.int(),
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

const owner = organisationId;
const firmware = safeText(32);

/** A pack that is entered by people: it is somewhere outside the stations, on its way to them. */
export const newBattery = z
  .strictObject({
    code: packCode.refine((code) => decodeBatteryCode(code)?.madeOn != null, 'must hold a day that exists'),
    model: batteryModelId,
    owner: orNull(owner).default(null),
    firmware: firmware.default(''),
    sohPct: orNull(pct).default(null),
    status: packStatus
      .refine((status) => status !== 'secondLife' && status !== 'recycled', {
        message:
          'is not what a pack is entered as: enter it as retired; its grading, asset or hand-over makes the rest',
      })
      .default('inService'),
    at: z
      .strictObject({
        kind: z.enum(['delivery', 'truck', 'workshop', 'secondLifeSite', 'recycler']),
        name: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,40}$/)
          .optional(),
      })
      .default({ kind: 'delivery' }),
    reason: safeText(200).default('entered'),
  })
  .meta({
    id: 'NewBattery',
    examples: [{ code: 'PLNPE50VC4SD0SE1R0000007', model: 'PLN-E50', owner: 'yi-dian', at: { kind: 'delivery' } }],
  });

export const batteryChange = z
  .strictObject({
    model: batteryModelId.optional(),
    owner: orNull(owner).optional(),
    firmware: firmware.optional(),
    sohPct: orNull(pct).optional(),
    status: packStatus.optional(),
    /** Why: kept beside who did it. */
    reason: safeText(200).refine((text) => text.trim().length >= 3, 'must say why, in at least 3 characters'),
  })
  .refine((change) => Object.keys(change).length > 1, 'must change something')
  .meta({ id: 'BatteryChange', examples: [{ status: 'quarantined', reason: 'coolant on the connector' }] });

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
