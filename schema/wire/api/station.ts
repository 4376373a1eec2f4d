import { z } from 'zod';
import { bayId, holderId, journalId, packCode, slotNumber, stationId, swapId, vin } from '../ids.ts';
import { baySafety, baySensors } from '../sensors.ts';
import { bayAction } from './action.ts';
import { packStatus } from './battery.ts';
import { orNull, pct, utcInstant } from './common.ts';

export const station = z
  .object({
    id: stationId,
    name: z.string(),
    city: z.string(),
    address: orNull(z.string()),
    location: z.object({ lat: z.number(), lon: z.number() }),
    simulated: z.boolean(),
    /** Equipment seconds per wall second; 1 on real equipment. */
    timeScale: z.number(),
    /** The service hears the station, and has compared its hello with the ledger. */
    online: z.boolean(),
    bays: z.array(z.object({ bay: bayId, berths: z.int() })),
    slots: z.int(),
    powerLimitW: z.int(),
    /** Packs in the station, and how many of them may be dispatched now. */
    packs: z.int(),
    readyPacks: z.int(),
    openSwaps: z.int(),
    /** The journal in use, and one that waits for staff to adopt it (controller replaced). */
    journalId: orNull(journalId),
    pendingJournalId: orNull(journalId),
    /** Number of the station's last event in the log. */
    eventN: z.int(),
    changedAt: orNull(utcInstant),
  })
  .meta({ id: 'Station' });

/** What a car that comes now would find. */
export const stationNow = station
  .extend({
    openNow: z.boolean(),
    inMaintenance: z.boolean(),
    /** From the line to the bay, by the running swaps, the cars expected before and the measured time a car takes; null: no car is taken. */
    expectedWaitMs: orNull(z.int()),
    /** What it took from the grid when it was last measured; null: not in the last minute, or not for the caller to see. */
    powerW: orNull(z.number()),
  })
  .meta({ id: 'StationNow' });

export const bay = z
  .object({
    station: stationId,
    bay: bayId,
    state: z.enum([
      'offline',
      'idle',
      'awaiting',
      'occupied',
      'swapping',
      'releasing',
      'held',
      'faulted',
      'maintenance',
      'emergencyStopped',
    ]),
    swap: orNull(swapId),
    vehicle: orNull(vin),
    /** Step under way on each track of the swap. */
    robotStep: orNull(z.string()),
    shuttleStep: orNull(z.string()),
    /** What the bay waits for, in words. */
    waitingFor: orNull(z.string()),
    safety: baySafety,
    sensors: orNull(baySensors),
    /** Actions the bay takes now. */
    allowed: z.array(bayAction),
  })
  .meta({ id: 'Bay' });

/** Where the machines of a bay are, as paths of their state charts: `work.swapping`, `safety.ready`. */
const activeStates = z.array(z.string()).meta({ examples: [['work.idle', 'link.up', 'safety.ready', 'hold.free']] });

export const bayMachines = z
  .object({
    station: stationId,
    bay: bayId,
    states: activeStates,
    /** The open swap, if there is one. */
    cycle: orNull(z.object({ swap: swapId, states: activeStates })),
  })
  .meta({ id: 'BayMachines' });

export const slotPack = z
  .object({
    code: packCode,
    model: z.string(),
    socPct: orNull(pct),
    sohPct: orNull(pct),
    ready: z.boolean(),
    alarmLevel: z.int(),
    status: packStatus,
    reservedBy: orNull(holderId),
  })
  .meta({ id: 'SlotPack' });

export const slot = z
  .object({
    station: stationId,
    slot: slotNumber,
    pack: orNull(slotPack),
    charging: z.boolean(),
    /** Alarm level 3, or locked by staff. */
    locked: z.boolean(),
    /** Swap that will stow its old pack here. */
    reservedBy: orNull(holderId),
  })
  .meta({ id: 'Slot' });

export type Station = z.infer<typeof station>;
export type StationNow = z.infer<typeof stationNow>;
export type Bay = z.infer<typeof bay>;
export type BayMachines = z.infer<typeof bayMachines>;
export type Slot = z.infer<typeof slot>;
