import { z } from 'zod';
import { commandId } from '../command-id.ts';
import { commandOutcome, commandType } from '../commands.ts';
import { bayId, stationId, swapId } from '../ids.ts';
import { bayAction } from './action.ts';
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

/** `station/bay/action/n`: an accepted request of a person, n being its number in the station's log. */
export const actionId = z
  .string()
  .regex(/^[a-z0-9-]{1,32}\/[1-9][0-9]?\/action\/[1-9][0-9]{0,14}$/, 'must be station/bay/action/n');

/**
 * A command: either to a station, from the decision to the station's own report of its result; or of a person to a bay, which is
 * completed with the commit that took it and may have led to commands to the station.
 */
export const command = z
  .object({
    id: z.union([commandId, actionId]),
    station: stationId,
    bay: bayId,
    swap: orNull(swapId),
    type: z.union([commandType, bayAction]),
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
