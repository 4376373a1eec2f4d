import { z } from 'zod';
import { commandHash, commandId } from './command-id.ts';
import { commandOutcome, failureReason } from './commands.ts';
import { bayId, packCode, readCode, safeText, slotNumber, vin } from './ids.ts';
import { stationPlace } from './places.ts';
import { baySafety, baySensors, packReading } from './sensors.ts';

const count = z.int().min(0);

/** Registered energy of a slot's charger, Wh, life-long counter of its meter. */
const registerWh = z.int().min(0);

/** What the vehicle and its driver say at the bay. */
export const vehicleIdentity = z.strictObject({
  vin,
  odometerKm: z.number().min(0).max(5_000_000),
  firmware: safeText(32),
  parked: z.boolean(),
  hvOff: z.boolean(),
  consent: z.boolean(),
  /** Pack code the car's BMS names, when the handshake gives it. */
  pack: packCode.nullable(),
  socPct: z.number().min(0).max(100).nullable(),
});
export type VehicleIdentity = z.infer<typeof vehicleIdentity>;

/** Bodies of the sequenced station events, by type. */
export const eventBodies = {
  /** First record of every boot. */
  booted: z.strictObject({ reason: z.enum(['powerOn', 'watchdog', 'update', 'restart']), firmware: safeText(32) }),
  /** The entry loop saw a car; drive-in begins. */
  vehicleEntered: z.strictObject({ bay: bayId }),
  /** Wheels on the stops, car identified. The swap time starts here. */
  vehicleInPosition: z.strictObject({ bay: bayId, vehicle: vehicleIdentity }),
  /** Parked, HV or consent changed while the car stands in position. */
  vehicleChanged: z.strictObject({ bay: bayId, vehicle: vehicleIdentity }),
  /** The car has left the bay (exit loop). `early` when the clamps were not opened by a release. */
  vehicleLeft: z.strictObject({ bay: bayId, early: z.boolean() }),
  /** The journaled intent: from here on the motion may have begun. */
  commandAccepted: z.strictObject({ id: commandId }),
  /** The journaled result, with the bay's sensors after it. `durationMs` is equipment time from start to end of the motion. */
  commandResult: z.strictObject({
    id: commandId,
    hash: commandHash,
    outcome: commandOutcome,
    reason: failureReason.nullable(),
    detail: safeText(200).nullable(),
    durationMs: count,
    sensors: baySensors,
  }),
  /** Answer to a cancel that came too late: the motion has begun, its result will follow. */
  cancelTooLate: z.strictObject({ id: commandId }),
  /** A pack code read at a hand-over; null when the place reads empty where a pack was expected; `unreadable` when one is there. */
  packRead: z.strictObject({
    place: stationPlace,
    code: readCode.nullable(),
    commandId: commandId.nullable(),
    reading: packReading.nullable(),
  }),
  chargeStarted: z.strictObject({ slot: slotNumber, pack: packCode, registerWh, reading: packReading.nullable() }),
  chargeEnded: z.strictObject({
    slot: slotNumber,
    pack: packCode,
    registerWh,
    reason: z.enum(['full', 'stopped', 'fault', 'powerLost', 'removed']),
    reading: packReading.nullable(),
  }),
  /** The pack in this slot may be dispatched: charged to its target and healthy. */
  packReady: z.strictObject({ slot: slotNumber, pack: packCode, registerWh, reading: packReading }),
  /** Alarm raised or cleared. Levels follow GB/T 32960: 2 excludes the pack, 3 locks its slot, 4 is a thermal event. */
  alarm: z.strictObject({
    /** Unique while active: the same alarm clears under the same key. */
    key: z.string().regex(/^[A-Za-z0-9./-]{1,64}$/),
    active: z.boolean(),
    level: z.int().min(1).max(4),
    code: z.string().regex(/^[a-zA-Z0-9]{1,40}$/),
    place: stationPlace.nullable(),
    pack: packCode.nullable(),
    detail: safeText(200).nullable(),
  }),
  /** Smoke detector of a zone: a bay, or the slots (null). Exhaust and siren are the station's own reaction. */
  smoke: z.strictObject({ bay: bayId.nullable(), active: z.boolean() }),
  /** A bay's safety controller changed state (e-stop pressed, light curtain, power restored, reset, confirmed). */
  safety: z.strictObject({
    bay: bayId,
    state: baySafety,
    cause: z.enum(['emergencyStop', 'lightCurtain', 'powerLoss', 'overload', 'commandConflict', 'reset', 'confirm']),
    sensors: baySensors,
  }),
  /** A button of the station's panel. `reset` and `confirm` are what allows motion again after a stop. */
  panel: z.strictObject({
    bay: bayId,
    button: z.enum(['emergencyStop', 'reset', 'confirm', 'hold', 'resume']),
    /** Badge of the person, when the panel reads one. */
    person: safeText(64).nullable(),
  }),
  /** Records from..to are no longer in the journal. Stands at seq = from; the mark moves to `to`. */
  journalLost: z
    .strictObject({ from: z.int().min(1), to: z.int().min(1) })
    .refine((b) => b.to >= b.from, 'to must be at least from'),
} as const;

export type EventType = keyof typeof eventBodies;
export type EventBody<T extends EventType = EventType> = z.infer<(typeof eventBodies)[T]>;
export const eventTypes = Object.keys(eventBodies) as EventType[];
export const eventType = z.enum(eventTypes as [EventType, ...EventType[]]);

/** Types whose loss or defect can change motion or custody: a bad body of one of these holds the bay. */
export const motionOrCustodyEvents: ReadonlySet<EventType> = new Set([
  'booted',
  'vehicleInPosition',
  'vehicleLeft',
  'commandResult',
  'packRead',
  'safety',
  'journalLost',
]);
