import { z } from 'zod';
import { safeText } from '../ids.ts';
import { fen, microYuan } from './money.ts';

/** Units that a plan counts in a calendar month of Asia/Shanghai. */
export const planUnits = ['swap', 'km', 'kWh'] as const;
export type PlanUnit = (typeof planUnits)[number];

const month = z.int().min(1).max(12);
/** Time of day in Asia/Shanghai; `24:00` ends a day. A range whose end is not after its start runs over midnight. */
export const timeOfDay = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'must be a time such as 07:30');

const quota = z.number().min(0).max(1_000_000);
const amount = fen.min(0).max(100_000_000_000);

/** What a lease costs and demands. A version of a plan is never changed: a change is a new version. */
export const planTerms = z.strictObject({
  monthlyFeeFen: amount.default(0).describe('For a calendar month; by the day where the lease covers a part of it.'),
  perSwapMicro: microYuan.default(0).describe('For each swap beyond the quota.'),
  perKmMicro: microYuan.default(0).describe('For each kilometre beyond the quota, by the odometer at the bays.'),
  perKwhMicro: microYuan.default(0).describe('For each kWh beyond the quota, on top of the energy price.'),
  included: z
    .strictObject({ swap: quota.default(0), km: quota.default(0), kWh: quota.default(0) })
    .prefault({})
    .describe('Quota of a calendar month, free of the usage prices.'),
  packages: z
    .array(
      z.strictObject({
        unit: z.enum(planUnits),
        above: quota.describe('Usage of the month above which the discount counts, quota included.'),
        discountPct: z.number().min(0).max(100),
      }),
    )
    .max(20)
    .default([])
    .describe(
      'Discounts on the usage price by volume: for each unit beyond the quota the one with the highest threshold that it lies above.',
    ),
  depositFen: amount.default(0),
  minimumTermMonths: z.int().min(0).max(240).default(0),
  sohFloorPct: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .default(null)
    .describe('Least state of health of a pack that is given.'),
  onSohFloor: z
    .enum(['accept-with-credit', 'refuse'])
    .default('refuse')
    .describe(
      'When no pack above the floor is there: give one and credit the lessee, or refuse the swap before unlocking.',
    ),
  sohCreditFen: amount.default(0).describe('Credit for a swap with a pack below the floor.'),
  models: z
    .array(safeText(32).min(1))
    .max(50)
    .default([])
    .describe('Battery models that may be given; empty: any that fits.'),
  serviceFee: z
    .strictObject({
      microPerKwh: microYuan,
      periods: z
        .array(
          z.strictObject({
            months: z.array(month).min(1).max(12).optional().describe('Left out: all year.'),
            from: timeOfDay,
            to: timeOfDay,
            microPerKwh: microYuan,
          }),
        )
        .max(50)
        .default([])
        .describe('The first that covers the instant of release counts instead of the base fee.'),
    })
    .prefault({ microPerKwh: 0 })
    .describe('Seasonal and time-of-use service fee for each kWh of a swap.'),
  energyTrueUp: z
    .boolean()
    .default(false)
    .describe('Correct the energy price by metered cost later, by credit or debit note.'),
  parking: z
    .strictObject({ freeMin: z.int().min(0).max(1440), microPerMin: microYuan })
    .nullable()
    .default(null)
    .describe('From wheels on the stops to leaving the bay, beyond the free minutes; started minutes count.'),
  dueDays: z.int().min(0).max(365).default(15).describe('Days from the end of the month until a statement is due.'),
  graceDays: z.int().min(0).max(365).default(7).describe('Days after that until swaps are stopped.'),
});
export type PlanTerms = z.infer<typeof planTerms>;
