import { z } from 'zod';
import { commandType } from '../commands.ts';
import { stationId } from '../ids.ts';
import { packStatus } from './battery.ts';
import { orNull, utcInstant } from './common.ts';
import { alarm, incident } from './log.ts';

/** What a shift hands over to the next: of a station, from one instant to another. */
export const shiftReport = z
  .object({
    station: stationId,
    name: z.string(),
    from: utcInstant,
    to: utcInstant,
    /** By the instant when the car stood. */
    swaps: z.object({
      total: z.int(),
      completed: z.int(),
      rolledBack: z.int(),
      /** The car was turned away before anything moved. */
      refused: z.int(),
      needsPerson: z.int(),
      /** Still under way when asked. */
      open: z.int(),
      /** Completed without a step that had to be made again. */
      firstTime: z.int(),
      /** Wheels on the stops to clamps open, completed swaps, equipment milliseconds. */
      p50Ms: orNull(z.int()),
      p90Ms: orNull(z.int()),
      /** Completed, but in more than 90 s. */
      over90s: z.int(),
    }),
    /** Now, not at the end of the shift. */
    packs: z.object({
      total: z.int(),
      ready: z.int(),
      byStatus: z.array(z.object({ status: packStatus, packs: z.int() })),
    }),
    /** Steps that failed or whose outcome nobody knew, the most frequent first; at most 50 kinds. */
    faults: z.array(z.object({ step: commandType, reason: orNull(z.string()), times: z.int() })),
    /** Raised in the shift and since not raised anew. At most 200. */
    alarms: z.array(alarm),
    /** Not yet closed, whenever they opened. At most 200. */
    openIncidents: z.array(incident),
    energy: z.object({
      /** Taken from the grid by charges that ended in the shift, by the slots' meters. */
      meteredWh: z.int(),
      charges: z.int(),
      /** What cars drove away with: new packs less old packs. */
      deliveredWh: z.int(),
    }),
  })
  .meta({ id: 'ShiftReport' });
export type ShiftReport = z.infer<typeof shiftReport>;
