import { z } from 'zod';
import { bayId, stationId, swapId } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

/** What a person or a program did at a station. Never changed. */
export const auditLine = z
  .object({
    station: stationId,
    /** Of the log of the station, where what followed stands. */
    n: z.int(),
    at: utcInstant,
    author: orNull(
      z.object({
        id: z.string().describe('The id of a key, or `user:` and that of the user.'),
        name: orNull(z.string()).describe('Of the user, or the label of the key; null: it is neither.'),
      }),
    ),
    type: z.string().describe('What was done, such as `hold` or `alarmAcknowledged`.'),
    bay: orNull(bayId),
    swap: orNull(swapId),
    body: z.unknown().describe('With what, and why.'),
  })
  .meta({ id: 'AuditLine' });
export type AuditLine = z.infer<typeof auditLine>;
