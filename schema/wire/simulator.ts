import { z } from 'zod';
import { bayId, packCode, slotNumber, stationId, vin } from './ids.ts';
import { stationPlace } from './places.ts';

/** Faults the simulated station can be told to have. `once` faults hit the next fitting step and are gone. */
export const simFault = z.discriminatedUnion('kind', [
  /** The next `times` motions of this command type fail with sensors unchanged. */
  z.strictObject({ kind: z.literal('stuck'), bay: bayId, step: z.string().max(32), times: z.int().min(1).max(20) }),
  /** The next result of this step is `completed` although nothing moved; pack readers and sensors show it. */
  z.strictObject({ kind: z.literal('sensorLie'), bay: bayId, step: z.string().max(32) }),
  /** The next `times` motions of this command type take `factor` times as long. */
  z.strictObject({
    kind: z.literal('slow'),
    bay: bayId,
    step: z.string().max(32),
    factor: z.number().min(1).max(100),
    times: z.int().min(1).max(20),
  }),
  /** The next verify of a pack fails. */
  z.strictObject({
    kind: z.literal('verifyFails'),
    bay: bayId,
    reason: z.enum(['bmsHandshake', 'hvInterlock', 'coolantLeak']),
    times: z.int().min(1).max(20),
  }),
  /** Controller restarts (journal kept): before, in or after the next motion (of this command type, when `step` is given), or at once. */
  z.strictObject({
    kind: z.literal('reboot'),
    when: z.enum(['now', 'beforeMotion', 'inMotion', 'afterMotion']),
    step: z.string().max(32).optional(),
  }),
  /** Power fails and returns after `forMs` of wall time. */
  z.strictObject({
    kind: z.literal('powerCut'),
    when: z.enum(['now', 'beforeMotion', 'inMotion', 'afterMotion']),
    step: z.string().max(32).optional(),
    forMs: z.int().min(0).max(600_000),
  }),
  /** The link to the broker is down for `forMs` of wall time; the station lives on. */
  z.strictObject({ kind: z.literal('linkLoss'), forMs: z.int().min(0).max(600_000) }),
  /** Message faults by probability, both directions, until changed: all zero switches them off. */
  z.strictObject({
    kind: z.literal('messages'),
    dropPct: z.number().min(0).max(100),
    duplicatePct: z.number().min(0).max(100),
    reorderWithin: z.int().min(0).max(64),
    delayMs: z.int().min(0).max(60_000),
  }),
  /** A hand put another pack into the slot: the packs of two slots change places unseen. */
  z.strictObject({ kind: z.literal('wrongPack'), slot: slotNumber, withSlot: slotNumber }),
  /** The pack in the slot is taken away unseen. */
  z.strictObject({ kind: z.literal('packMissing'), slot: slotNumber }),
  /** Pack overheats: alarm level 2 (hot), 3 (critical) or 4 (thermal event with smoke). */
  z.strictObject({ kind: z.literal('overheat'), place: stationPlace, level: z.int().min(2).max(4) }),
  /** Dirt covers the code of the pack that is there: no reader can read it until somebody cleans it. */
  z.strictObject({ kind: z.literal('dirtyLabel'), place: stationPlace }),
  z.strictObject({ kind: z.literal('chargerFault'), slot: slotNumber }),
  /** The driver leaves before release (only possible while the clamps are open), or withdraws consent. */
  z.strictObject({ kind: z.literal('driveOffEarly'), bay: bayId }),
  z.strictObject({ kind: z.literal('consentWithdrawn'), bay: bayId }),
  /** The next car stops in the bay without this one. */
  z.strictObject({ kind: z.literal('notReady'), bay: bayId, what: z.enum(['parked', 'hvOff', 'consent']) }),
  /** Somebody presses the e-stop of the bay; it stays in until reset is pressed at the panel. */
  z.strictObject({ kind: z.literal('emergencyStop'), bay: bayId }),
  /** A person steps through the light curtain: the bay stops. */
  z.strictObject({ kind: z.literal('lightCurtain'), bay: bayId }),
  /** The records below the newest `keep` vanish from the journal. */
  z.strictObject({ kind: z.literal('journalLoss'), keep: z.int().min(0).max(1000) }),
  /** Controller replaced: new journal id, seq from 1. */
  z.strictObject({ kind: z.literal('newJournal') }),
]);
export type SimFault = z.infer<typeof simFault>;

const control = { v: z.literal(1), station: stationId, id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) };

/** Simulator control: refused by the service unless the station is marked simulated. */
export const simControl = z.discriminatedUnion('type', [
  z.strictObject({ ...control, type: z.literal('fault'), fault: simFault }),
  z.strictObject({ ...control, type: z.literal('clearFaults') }),
  /** Equipment seconds per wall second from now on; announced by a hello. */
  z.strictObject({ ...control, type: z.literal('speed'), timeScale: z.number().min(0.1).max(1000) }),
  /** A taxi arrives now. */
  z.strictObject({
    ...control,
    type: z.literal('taxi'),
    bay: bayId.nullable(),
    vin: vin.nullable(),
    socPct: z.number().min(0).max(100).nullable(),
  }),
  /** Taxi rhythm on or off. */
  z.strictObject({ ...control, type: z.literal('traffic'), on: z.boolean() }),
  /** A button of the station's panel. */
  z.strictObject({
    ...control,
    type: z.literal('panel'),
    bay: bayId,
    button: z.enum(['emergencyStop', 'reset', 'confirm', 'hold', 'resume']),
  }),
  /** A person wipes the labels of all packs and closes the door; the station says hello. */
  z.strictObject({ ...control, type: z.literal('cleanLabels') }),
  /**
   * A mechanic clears the bay by hand: the car gets `vehiclePack` locked, is lowered and released; a pack left on lift or berth goes to
   * the given slots. The station then says hello.
   */
  z.strictObject({
    ...control,
    type: z.literal('repair'),
    bay: bayId,
    vehiclePack: packCode.nullable(),
    stow: z.array(z.strictObject({ pack: packCode, slot: slotNumber })).max(4),
  }),
]);
export type SimControl = z.infer<typeof simControl>;

export const simReport = z.strictObject({ ...control, ok: z.boolean(), error: z.string().max(200).nullable() });
export type SimReport = z.infer<typeof simReport>;
