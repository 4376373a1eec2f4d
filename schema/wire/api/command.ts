import { z } from 'zod';
import { commandId } from '../command-id.ts';
import { commandOutcome, commandType } from '../commands.ts';
import { bayId, stationId, swapId } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

export const deliveryState = z.enum([
  'queued',
  'sent',
  'accepted',
  'completed',
  'failed',
  'expired',
  'refused',
  'superseded',
]);

/** A command to a station, from the decision to the station's own report of its result. */
export const command = z
  .object({
    id: commandId,
    station: stationId,
    bay: bayId,
    swap: orNull(swapId),
    type: commandType,
    params: z.record(z.string(), z.unknown()),
    delivery: deliveryState,
    /** Number of the event that led to it, in the station's log. */
    eventN: z.int(),
    queuedAt: utcInstant,
    sentAt: orNull(utcInstant),
    acceptedAt: orNull(utcInstant),
    /** The service withdrew it. Whether in time says the result. */
    cancelledAt: orNull(utcInstant),
    settledAt: orNull(utcInstant),
    result: orNull(
      z.object({
        outcome: commandOutcome,
        reason: orNull(z.string()),
        detail: orNull(z.string()),
        durationMs: z.int(),
      }),
    ),
  })
  .meta({ id: 'Command' });
export type ApiCommand = z.infer<typeof command>;
