import { z } from 'zod';
import { commandId } from '../command-id.ts';
import { commandOutcome, commandType } from '../commands.ts';
import { bayId, packCode, stationId, swapId, vin } from '../ids.ts';
import { command } from './command.ts';
import { orNull, pct, utcInstant } from './common.ts';
import { logEvent } from './log.ts';

export const swapState = z.enum(['requested', 'running', 'completed', 'rolled-back', 'refused', 'needs-person']);

export const swap = z
  .object({
    id: swapId,
    station: stationId,
    bay: bayId,
    vehicle: vin,
    fleet: orNull(z.string()),
    state: swapState,
    /** Why it was refused, rolled back or needs a person. */
    reason: orNull(z.string()),
    odometerKm: z.number(),
    packOut: orNull(packCode),
    packIn: orNull(packCode),
    packOutSocPct: orNull(pct),
    packInSocPct: orNull(pct),
    packOutEnergyWh: orNull(z.number()),
    packInEnergyWh: orNull(z.number()),
    /** By the station's clock. */
    enteredAt: orNull(utcInstant),
    inPositionAt: utcInstant,
    releasedAt: orNull(utcInstant),
    leftAt: orNull(utcInstant),
    endedAt: orNull(utcInstant),
    /** From wheels on the stops to clamps open, in equipment milliseconds. */
    swapTimeMs: orNull(z.int()),
  })
  .meta({ id: 'Swap' });

export const swapStep = z
  .object({
    /** 1, 2, … in order of start. */
    ordinal: z.int(),
    step: commandType,
    track: z.enum(['robot', 'shuttle']),
    attempt: z.int(),
    budgetMs: z.int(),
    /** Equipment milliseconds as the station measured; null while running. */
    actualMs: orNull(z.int()),
    result: z.enum([...commandOutcome.options, 'running']),
    reason: orNull(z.string()),
    commandId,
    startedAt: utcInstant,
    endedAt: orNull(utcInstant),
  })
  .meta({ id: 'SwapStep' });

/** The new pack was on a berth before the car came: its reservation was due. */
export const prefetch = z
  .object({
    fetchedAt: utcInstant,
    /** What the shuttle needed for it, equipment milliseconds. */
    fetchMs: z.int(),
    /** How much later the exchange would have begun without it: 0 where the robot was not ready before the shuttle would have been. */
    wonMs: z.int(),
  })
  .meta({ id: 'Prefetch' });

export const swapDetail = swap
  .extend({
    steps: z.array(swapStep),
    prefetch: orNull(prefetch),
    /** Why it did not come about, in words for the driver. */
    driverText: orNull(z.object({ zh: z.string(), en: z.string() })),
  })
  .meta({ id: 'SwapDetail' });

export const swapLog = z
  .object({
    /** Lines of the station's log that name the swap, and all of its bay while the car stood there. */
    events: z.array(logEvent),
    /** To the station, one for each attempt of a step. */
    commands: z.array(command),
  })
  .meta({ id: 'SwapLog' });

export type SwapLog = z.infer<typeof swapLog>;
export type Prefetch = z.infer<typeof prefetch>;
export type SwapDetail = z.infer<typeof swapDetail>;

export type Swap = z.infer<typeof swap>;
export type SwapStep = z.infer<typeof swapStep>;
