import { z } from 'zod';
import { alarm, incident } from './log.ts';
import { bay, slot, station } from './station.ts';
import { swap } from './swap.ts';

/**
 * The live stream (Server-Sent Events). The first frame is `state`: everything the caller may see. Each later frame is the new value of
 * one thing and replaces what the caller has under the same key; nothing is to be added up. The event id is `instance:n`.
 */
export const streamFrames = {
  state: z.object({
    stations: z.array(station),
    bays: z.array(bay),
    slots: z.array(slot),
    /** Open swaps, and the newest ended ones of each station. */
    swaps: z.array(swap),
    /** Empty for roles that do not see alarms and incidents. */
    alarms: z.array(alarm),
    incidents: z.array(incident),
  }),
  station,
  bay,
  slot,
  swap,
  alarm,
  incident,
} as const;

export type StreamState = z.infer<typeof streamFrames.state>;
export type DeltaType = Exclude<keyof typeof streamFrames, 'state'>;
export type StreamDelta = { [T in DeltaType]: { type: T; value: z.infer<(typeof streamFrames)[T]> } }[DeltaType];
