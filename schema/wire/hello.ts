import { z } from 'zod';
import { commandHash, commandId } from './command-id.ts';
import { commandOutcome, commandType } from './commands.ts';
import { eventBodies, vehicleIdentity } from './events.ts';
import { bayId, berthNumber, readCode, safeText, slotNumber } from './ids.ts';
import { stationPlace } from './places.ts';
import { baySafety, baySensors } from './sensors.ts';

const utcInstant = z.iso.datetime({ precision: 3 });

/** A pack code read now at a place; null reads empty, `unreadable` not. */
const placeRead = z.strictObject({ place: stationPlace, code: readCode.nullable() });

const helloBay = z.strictObject({
  bay: bayId,
  berths: berthNumber,
  sensors: baySensors,
  safety: baySafety,
  /** Commands whose motion has begun and has no result yet, one per mover. */
  active: z.array(z.strictObject({ id: commandId, type: commandType })).max(2),
  /** The car on the stops, if any. */
  vehicle: vehicleIdentity.nullable(),
  /** Berths, lift and vehicle frame, every one of them. */
  places: z.array(placeRead).max(8),
});

const helloSlot = z.strictObject({
  slot: slotNumber,
  code: readCode.nullable(),
  socPct: z.number().min(0).max(100).nullable(),
  charging: z.boolean(),
  /** As the last `packReady` said, and nothing since took it back. */
  ready: z.boolean(),
});

/**
 * The station's whole truth at one instant: after connect, after boot, when asked. Unsequenced; it describes the state after
 * record `asOfSeq` and is applied once the service's mark has reached it.
 */
export const helloBody = z.strictObject({
  asOfSeq: z.int().min(0),
  /** Oldest record still in the journal; 0 when it is empty. */
  oldestSeq: z.int().min(0),
  /** Highest epoch this station has obeyed. */
  epoch: z.int().min(0),
  firmware: safeText(32),
  /** Station milliseconds since boot and the UTC instant of the same moment. */
  anchor: z.strictObject({ atMs: z.int().min(0), utc: utcInstant }),
  /** Equipment seconds per wall second. 1 on real equipment. */
  timeScale: z.number().min(0.1).max(1000),
  beat: z.int().min(0),
  stationPowerLimitW: z.int().min(0),
  bays: z.array(helloBay).min(1).max(8),
  slots: z.array(helloSlot).max(400),
  isolation: z.array(placeRead).max(9),
  /** The last 64 results, oldest first. */
  results: z
    .array(z.strictObject({ id: commandId, hash: commandHash, outcome: commandOutcome, seq: z.int().min(1) }))
    .max(64),
  alarms: z.array(eventBodies.alarm).max(64),
});

export type HelloBody = z.infer<typeof helloBody>;
export type HelloBay = z.infer<typeof helloBay>;
