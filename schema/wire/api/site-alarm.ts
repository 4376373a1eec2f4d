import { z } from 'zod';
import { siteAlarmCodes } from '../cascade/dispatch.ts';
import { orNull, utcInstant } from './common.ts';
import { acknowledgement } from './log.ts';
import { assetCode, siteId } from './second-life.ts';

/** `site/key/instant`: names one raising. In a path its slashes are `%2F`. */
export const siteAlarmId = z
  .string()
  .regex(
    /^[a-z0-9-]{1,40}\/[A-Za-z]{1,40}(?:\/[A-Z0-9]{19})?\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    'must be the id of an alarm of a site',
  )
  .refine((id) => !Number.isNaN(Date.parse(id.slice(-24))), 'must end with an instant')
  .meta({ examples: ['depot-1/importLimitBroken/2026-05-01T04:00:00.000Z'] });

/** What is wrong at a second-life site: one for each run of quarters of an hour beyond a limit or off the plan, and for each time an asset was faulted. */
export const siteAlarm = z
  .object({
    id: siteAlarmId,
    site: siteId,
    key: z.string(),
    code: z.enum(siteAlarmCodes),
    /** As of a station's alarms: 1 note, 2 something is to be done, 4 thermal event. */
    level: z.int().min(1).max(4),
    asset: orNull(assetCode),
    /** Of the quarter in which it was worst; of the last fault. */
    detail: z.string(),
    /** Null: it is of a fault. */
    worstWh: orNull(z.int()),
    quarters: orNull(z.int()),
    raisedAt: utcInstant,
    /** Start of the last quarter; when the last fault was recorded. */
    lastAt: utcInstant,
    /** Null: it stands. */
    clearedAt: orNull(utcInstant),
    ...acknowledgement,
    assignedNote: orNull(z.string()),
  })
  .meta({ id: 'SecondLifeSiteAlarm' });
export type SiteAlarm = z.infer<typeof siteAlarm>;
