import { z } from 'zod';
import { berthNumber, packCode, slotNumber, swapId, vin } from './ids.ts';
import { stationPlace } from './places.ts';

const none = z.strictObject({});
const pack = z.strictObject({ pack: packCode });
const atBerth = z.strictObject({ pack: packCode, berth: berthNumber });

/**
 * Parameters of every command, by type. The first eleven belong to the lift and robot at the vehicle, the next four to the
 * shuttle at the slots (`exchange` needs both), `setChargeLimit` moves nothing.
 */
export const commandParams = {
  /** Check the vehicle's handshake: parked, HV off, consent. */
  authorise: z.strictObject({ swap: swapId, vin }),
  positionAndClamp: none,
  liftVehicle: none,
  /** Lift table up against the pack, then undo the locks of the pack now in the car. */
  unlockPack: pack,
  /** Lift table down with the pack. */
  lowerPack: pack,
  /**
   * Lift table hands `give` onto that berth and takes `take` from that berth, in this order. At least one is present. A shuttle that
   * stands at the slots drives to the lift first.
   */
  exchange: z
    .strictObject({ give: atBerth.nullable(), take: atBerth.nullable() })
    .refine((p) => p.give !== null || p.take !== null, 'give or take must be present'),
  /** Lift table up with the pack, into the car's frame. */
  raisePack: pack,
  /** Locks the pack that the lift table holds in the car's frame, then lift table down. Also undoes an `unlockPack`. */
  lockPack: pack,
  /** BMS handshake, HV interlock, coolant. */
  verifyPack: pack,
  lowerVehicle: none,
  /** Clamps open, exit light green. `reason` is shown to the driver. */
  release: z.strictObject({ reason: z.string().max(80) }),
  /** Shuttle takes the pack from the slot onto the berth and drives to the lift. */
  fetchPack: z.strictObject({ pack: packCode, slot: slotNumber, berth: berthNumber }),
  /** Shuttle drives to the slot and pushes the pack in. */
  stowPack: z.strictObject({ pack: packCode, berth: berthNumber, slot: slotNumber }),
  connectCharger: z.strictObject({ pack: packCode, slot: slotNumber }),
  /** Shuttle moves the pack from a slot, or a berth, into an isolation box. */
  isolatePack: z.strictObject({ pack: packCode, from: stationPlace, to: stationPlace }),
  /** Limit of one slot, or of the whole station when `slot` is null. */
  setChargeLimit: z.strictObject({ slot: slotNumber.nullable(), powerW: z.int().min(0).max(10_000_000) }),
} as const;

export type CommandType = keyof typeof commandParams;
export type CommandParams<T extends CommandType = CommandType> = z.infer<(typeof commandParams)[T]>;
export const commandTypes = Object.keys(commandParams) as CommandType[];
export const commandType = z.enum(commandTypes as [CommandType, ...CommandType[]]);

/** A command as decided: type with its parameters. */
export type Command = { [T in CommandType]: { type: T; params: CommandParams<T> } }[CommandType];

/** The mover a command occupies. A station has at most one motion under way per mover and bay. */
export const moverOf: Record<CommandType, 'robot' | 'shuttle' | 'both' | 'none'> = {
  authorise: 'robot',
  positionAndClamp: 'robot',
  liftVehicle: 'robot',
  unlockPack: 'robot',
  lowerPack: 'robot',
  exchange: 'both',
  raisePack: 'robot',
  lockPack: 'robot',
  verifyPack: 'robot',
  lowerVehicle: 'robot',
  release: 'robot',
  fetchPack: 'shuttle',
  stowPack: 'shuttle',
  connectCharger: 'shuttle',
  isolatePack: 'shuttle',
  setChargeLimit: 'none',
};

/**
 * How a command ended. All are journaled by the station and final for that id:
 * completed; failed (tried, outcome known from sensors); expired (not begun: validity over); refused (not begun: interlock or
 * precondition); cancelled (not begun: withdrawn); unknown (begun, power lost: sensors or a person decide); conflict (same id, other hash).
 */
export const commandOutcome = z.enum(['completed', 'failed', 'expired', 'refused', 'cancelled', 'unknown', 'conflict']);
export type CommandOutcome = z.infer<typeof commandOutcome>;

/** Why a command failed or was refused. Closed; `other` carries its text in `detail`. */
export const failureReason = z.enum([
  'stuckClamp',
  'stuckLock',
  'stuckLift',
  'positionLost',
  'packMissing',
  'wrongPack',
  'placeOccupied',
  'bmsHandshake',
  'hvInterlock',
  'coolantLeak',
  'notParked',
  'hvNotOff',
  'noConsent',
  'chargerConnect',
  'vehicleAbsent',
  'moverBusy',
  'interlock',
  'emergencyStop',
  'awaitingConfirm',
  'unknownCommand',
  'badParameters',
  'other',
]);
export type FailureReason = z.infer<typeof failureReason>;
