import { z } from 'zod';
import { safeText } from '../ids.ts';
import { tariffPeriods } from '../settlement/tariff.ts';

/** Demand is metered by the quarter of an hour, so plans and readings are too. */
export const intervalMs = 900_000;
export const intervalHours = 0.25;
/** Two days. */
export const mostIntervals = 192;

/** Names of OpenADR 3 event payloads. */
export const gridSignalTypes = ['IMPORT_CAPACITY_LIMIT', 'EXPORT_CAPACITY_LIMIT'] as const;
export type GridSignalType = (typeof gridSignalTypes)[number];

const whOfInterval = z.int().min(0).max(10_000_000);
export const quarterHour = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) % intervalMs === 0, 'must be the start of a quarter of an hour')
  .meta({ examples: ['2026-05-01T08:00:00Z'] });

export const planRequest = z
  .strictObject({
    from: quarterHour,
    /** What the site will take in each quarter of an hour without the asset; as many as the plan has intervals. */
    loadWh: z.array(whOfInterval).min(1).max(mostIntervals),
    socPct: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('State of charge at the start; by the last reading when left out.'),
    shaveToW: z
      .int()
      .min(0)
      .optional()
      .describe('Keep what the site takes from the grid below this, besides the limits of the grid.'),
    /** Number of the last plan you know of; left out: this is the first. */
    replaces: z.int().min(1).optional(),
    note: safeText(200).optional(),
  })
  .meta({
    id: 'DispatchPlanRequest',
    examples: [{ from: '2026-05-01T08:00:00Z', loadWh: [4000, 4000, 12000, 12000], socPct: 60 }],
  });
export type PlanRequest = z.infer<typeof planRequest>;

export const plannedInterval = z
  .strictObject({
    startsAt: z.iso.datetime({ precision: 3 }),
    /** On the side of the grid. */
    chargeWh: whOfInterval,
    dischargeWh: whOfInterval,
    /** In the asset at the end. */
    storedWh: z.int().min(0),
    loadWh: whOfInterval,
    period: z.enum(tariffPeriods),
    priceMicro: z.int(),
    /** What may be taken from and given to the grid then. */
    importLimitW: z.int(),
    exportLimitW: z.int(),
  })
  .meta({ id: 'PlannedInterval' });
export type PlannedInterval = z.infer<typeof plannedInterval>;

/** What a plan comes to. */
export const planFigures = z
  .strictObject({
    chargeWh: z.int(),
    dischargeWh: z.int(),
    /** Energy of the site by the price table, without and with the asset. */
    costWithoutFen: z.int(),
    costWithFen: z.int(),
    /** Highest mean power of an interval from the grid. */
    peakWithoutW: z.int(),
    peakWithW: z.int(),
    /** By how much the limit on import is exceeded all the same: the asset has not the power or the energy. */
    overLimitWithoutWh: z.int(),
    overLimitWithWh: z.int(),
    startWh: z.int(),
    endWh: z.int(),
    /** Category and first day of the tables that priced it. */
    tariffs: z.array(z.string()),
    /** Signals of the grid it obeys. */
    signals: z.array(z.int()),
  })
  .meta({ id: 'DispatchPlanFigures' });
export type PlanFigures = z.infer<typeof planFigures>;
