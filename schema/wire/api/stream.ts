import { z } from 'zod';
import { alarm, incident } from './log.ts';
import { bay, slot, station } from './station.ts';
import { swap } from './swap.ts';
import { stationTelemetry } from './telemetry.ts';

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
    /** What the chargers last measured; empty for the same roles. */
    telemetry: z.array(stationTelemetry),
  }),
  station,
  bay,
  slot,
  swap,
  alarm,
  incident,
  telemetry: stationTelemetry,
} as const;

/** Comes every 5 s, without an id: how many frames this connection has been sent. Who has fewer asks anew, without an id. */
export const streamBeat = z.object({ sent: z.int() });
export type StreamBeat = z.infer<typeof streamBeat>;

/** Kinds of things the stream tells of. */
export const deltaType = z.enum(['station', 'bay', 'slot', 'swap', 'alarm', 'incident', 'telemetry']);

export type StreamState = z.infer<typeof streamFrames.state>;
export type DeltaType = z.infer<typeof deltaType>;
export type StreamDelta = { [T in DeltaType]: { type: T; value: z.infer<(typeof streamFrames)[T]> } }[DeltaType];
