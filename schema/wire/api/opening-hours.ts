import { z } from 'zod';
import { bayId, safeText, stationId } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

const minuteOfDay = z.int().min(0).max(1440);

/** Part of a week day: minutes from midnight, Asia/Shanghai. Hours past midnight take two. */
export const openSpan = z
  .strictObject({
    weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }),
    opens: minuteOfDay,
    closes: minuteOfDay,
  })
  .refine(({ opens, closes }) => opens < closes, { message: 'must open before it closes', path: ['closes'] })
  .meta({ id: 'OpenSpan' });

export const openingHoursBody = z
  .strictObject({
    spans: z
      .array(openSpan)
      .max(28)
      .nullable()
      .meta({ description: 'When it is open; empty: never, null: always. Spans that touch are one.' }),
  })
  .meta({
    id: 'OpeningHoursRequest',
    examples: [{ spans: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: 0, closes: 1440 })) }],
  });

export const openingHours = z
  .object({
    station: stationId,
    zone: z.literal('Asia/Shanghai'),
    spans: orNull(z.array(openSpan)),
    /** Open at this moment. */
    openNow: z.boolean(),
    edition: z.int(),
  })
  .meta({ id: 'OpeningHours' });

const window = { from: utcInstant, to: utcInstant };

export const maintenanceId = z.string().regex(/^m-[0-9a-f]{16}$/, 'must be the id of a maintenance window');

export const maintenanceBody = z
  .strictObject({
    bay: bayId.nullable().default(null).meta({ description: 'Null: the whole station.' }),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    reason: safeText(200).refine((text) => text.trim().length >= 3, 'must say why, in at least 3 characters'),
  })
  .meta({
    id: 'MaintenanceRequest',
    examples: [
      { bay: '1', from: '2026-05-01T08:50:00Z', to: '2026-05-01T08:58:00Z', reason: 'yearly lift inspection' },
    ],
  });

export const maintenanceWindow = z
  .object({
    id: maintenanceId,
    station: stationId,
    bay: orNull(bayId),
    ...window,
    reason: z.string(),
    by: z.string(),
    createdAt: utcInstant,
    cancelledAt: orNull(utcInstant),
    edition: z.int(),
  })
  .meta({ id: 'MaintenanceWindow' });

export type OpenSpan = z.infer<typeof openSpan>;
export type OpeningHours = z.infer<typeof openingHours>;
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;
