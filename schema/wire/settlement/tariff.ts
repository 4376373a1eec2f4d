import { z } from 'zod';
import { calendarDate, safeText } from '../ids.ts';
import { microYuan } from './money.ts';
import { timeOfDay } from './plan-terms.ts';

export const tariffPeriods = ['critical', 'peak', 'flat', 'valley'] as const;
export type TariffPeriod = (typeof tariffPeriods)[number];

/** A category of users of the grid, such as `single-rate-1-10kV`. */
export const tariffCategory = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, 'must be letters, digits, dots and dashes, at most 64')
  .meta({ example: 'single-rate-1-10kV' });

const hours = z.strictObject({ from: timeOfDay, to: timeOfDay });

/** A dated time-of-use table of electricity prices for one category of users. Times of day in Asia/Shanghai. Immutable once published. */
export const tariff = z.strictObject({
  category: tariffCategory,
  /** First and (excluded) last day it is valid, as dates of Asia/Shanghai. */
  validFrom: calendarDate,
  validTo: calendarDate,
  /** `official`, or `demo` for a table that stands in for one nobody published. */
  source: z.enum(['official', 'demo']),
  /** Where it was published. */
  reference: safeText(500),
  periods: z.strictObject({
    peak: z.array(hours).max(24),
    flat: z.array(hours).max(24),
    valley: z.array(hours).max(24),
    /** Replaces whatever period is underneath, in these months. */
    critical: z
      .array(z.strictObject({ months: z.array(z.int().min(1).max(12)).min(1), hours: z.array(hours).min(1) }))
      .max(24),
  }),
  /** Millionths of a yuan for one kWh. Critical left out: the period underneath counts. */
  prices: z.strictObject({ critical: microYuan.optional(), peak: microYuan, flat: microYuan, valley: microYuan }),
  capacityCharge: z
    .strictObject({ perKvaMonthMicro: microYuan, perKwMonthMicro: microYuan, isWaived: z.boolean() })
    .optional(),
});
export type Tariff = z.infer<typeof tariff>;
