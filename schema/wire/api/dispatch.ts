import { z } from 'zod';
import {
  gridSignalTypes,
  mostIntervals,
  planBasis,
  planFigures,
  plannedInterval,
  quarterHour,
  siteFigures,
  whOfInterval,
} from '../cascade/dispatch.ts';
import { calendarDate, safeText } from '../ids.ts';
import { tariffPeriods } from '../settlement/tariff.ts';
import { orNull, utcInstant } from './common.ts';
import { assetCode, siteId, watts } from './second-life.ts';

const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < Date.UTC(9999, 0), 'must be after 1970');

export const newSignal = z
  .strictObject({
    type: z.enum(gridSignalTypes),
    limitW: orNull(watts).meta({ description: 'Null takes back what was demanded before for this time.' }),
    from: instant,
    to: instant,
    reference: orNull(safeText(100)).default(null).meta({ description: 'As the sender names it.' }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { message: 'must be after from', path: ['to'] })
  .meta({
    id: 'NewGridSignal',
    examples: [
      {
        type: 'IMPORT_CAPACITY_LIMIT',
        limitW: 120_000,
        from: '2026-05-01T08:00:00Z',
        to: '2026-05-01T08:30:00Z',
        reference: 'event-7',
      },
    ],
  });
export type NewSignal = z.output<typeof newSignal>;

export const gridSignal = z
  .object({
    id: z.int(),
    site: siteId,
    type: z.enum(gridSignalTypes),
    limitW: orNull(watts),
    from: utcInstant,
    to: utcInstant,
    reference: orNull(z.string()),
    by: z.string(),
    recordedAt: utcInstant,
  })
  .meta({ id: 'GridSignal' });
export type GridSignal = z.infer<typeof gridSignal>;

export const newPlans = z
  .strictObject({
    asset: assetCode
      .optional()
      .meta({ description: 'This one alone; left out: all of the site that are commissioned.' }),
    day: calendarDate.optional().meta({
      description: 'A day of Asia/Shanghai, or what is left of it. Left out: so many intervals from `from` on.',
    }),
    from: quarterHour.optional().meta({ description: 'The next quarter of an hour when left out.' }),
    intervals: z.int().min(1).max(mostIntervals).optional().meta({ description: '96 when left out: 24 hours.' }),
    loadWh: z.array(whOfInterval).min(1).max(mostIntervals).optional().meta({
      description:
        'What the site will take in each quarter of an hour without its assets. Left out: by its readings of the same weekday and time.',
    }),
    soc: z
      .array(z.strictObject({ asset: assetCode, socPct: z.number().min(0).max(100) }))
      .max(100)
      .default([])
      .meta({ description: 'State of charge at the start, where it is not to be taken from the last reading.' }),
    shaveToW: watts.optional().meta({
      description: 'Keep what the site takes from the grid below this, besides the limits of the grid.',
    }),
    note: safeText(200).optional(),
  })
  .refine(({ day, from, intervals }) => day === undefined || (from === undefined && intervals === undefined), {
    message: 'is all: from and intervals do not go with it',
    path: ['day'],
  })
  .meta({
    id: 'NewDispatchPlans',
    examples: [
      {
        intervals: 4,
        loadWh: [12_000, 12_000, 18_000, 18_000],
        soc: [{ asset: 'PLNPE50GB10000001RP', socPct: 60 }],
        shaveToW: 60_000,
        note: 'the hour ahead',
      },
    ],
  });
export type NewPlans = z.output<typeof newPlans>;

export const planSummary = z
  .object({
    /** `<asset>.<n>` */
    id: z.string(),
    asset: assetCode,
    /** 1, 2, … per asset. Of two that cover an interval the higher counts. */
    n: z.int(),
    site: siteId,
    /** Plans that were made together have the same. */
    making: z.int(),
    from: utcInstant,
    to: utcInstant,
    basis: planBasis,
    figures: planFigures,
    madeAt: utcInstant,
    by: z.string(),
  })
  .meta({ id: 'DispatchPlanSummary' });
export type PlanSummary = z.infer<typeof planSummary>;

export const dispatchPlan = planSummary.extend({ intervals: z.array(plannedInterval) }).meta({ id: 'DispatchPlan' });
export type DispatchPlan = z.infer<typeof dispatchPlan>;

export const planId = z
  .string()
  .regex(/^[A-Z0-9]{19}\.[1-9]\d{0,8}$/, 'must be an asset, a dot and the number of its plan')
  .meta({ examples: ['PLNPE50GB10000001RP.1'] });

export const madePlans = z
  .object({
    site: siteId,
    making: z.int(),
    from: utcInstant,
    to: utcInstant,
    /** The site without any asset, and with all of them. */
    figures: siteFigures,
    plans: z.array(dispatchPlan),
  })
  .meta({ id: 'MadeDispatchPlans' });
export type MadePlans = z.infer<typeof madePlans>;

const newReading = z.strictObject({
  asset: assetCode,
  startsAt: quarterHour,
  chargeWh: whOfInterval.meta({ description: 'By the meter of the asset, on the side of the grid.' }),
  dischargeWh: whOfInterval,
  loadWh: whOfInterval.meta({ description: 'What the site took besides its assets; the same for each of them.' }),
  socPct: orNull(z.number().min(0).max(100)).default(null).meta({ description: 'At the end of it.' }),
});
export type NewReading = z.output<typeof newReading>;

export const mostReadings = 400;
export const readingsBody = z
  .strictObject({
    readings: z
      .array(newReading)
      .min(1)
      .max(mostReadings)
      .refine(
        (all) => new Set(all.map(({ asset, startsAt }) => `${asset} ${Date.parse(startsAt)}`)).size === all.length,
        'must name each interval of an asset once',
      ),
  })
  .meta({
    id: 'NewDispatchReadings',
    examples: [
      {
        readings: [
          {
            asset: 'PLNPE50GB10000001RP',
            startsAt: '2026-05-01T04:00:00Z',
            chargeWh: 0,
            dischargeWh: 4_600,
            loadWh: 12_000,
            socPct: 48,
          },
        ],
      },
    ],
  });

/** A line of the dispatch log. */
export const dispatchReading = z
  .object({
    asset: assetCode,
    site: siteId,
    startsAt: utcInstant,
    /** Plan that covered it, and what it said; null: none did. */
    plan: orNull(z.int()),
    plannedChargeWh: orNull(z.int()),
    plannedDischargeWh: orNull(z.int()),
    chargeWh: z.int(),
    dischargeWh: z.int(),
    loadWh: z.int(),
    /** Of what was discharged, what the site used; the rest went into the grid and earned nothing. */
    usedWh: z.int(),
    socPct: orNull(z.number()),
    tariff: z.string(),
    period: z.enum(tariffPeriods),
    priceMicro: z.int(),
    /** What charging cost, and what the site did not have to buy; each is one transfer of the ledger. */
    costFen: z.int(),
    worthFen: z.int(),
    by: z.string(),
    recordedAt: utcInstant,
  })
  .meta({ id: 'DispatchReading' });
export type DispatchReading = z.infer<typeof dispatchReading>;

export const recordedReadings = z
  .object({
    /** How many are new, and how many had been recorded before. */
    recorded: z.int(),
    known: z.int(),
    items: z.array(dispatchReading),
  })
  .meta({ id: 'RecordedDispatchReadings' });

const amounts = z.object({ loadWh: z.int(), chargeWh: z.int(), dischargeWh: z.int(), gridWh: z.int() });

/** A site's load without and with its second-life assets, by its meters and by the plans in force. */
export const siteLoad = z
  .object({
    site: siteId,
    from: utcInstant,
    to: utcInstant,
    /** Of the intervals that have readings. */
    summary: z.object({
      intervals: z.int(),
      /** Highest mean power from the grid; null: there are no readings. */
      peakWithoutW: orNull(z.int()),
      peakWithW: orNull(z.int()),
      costWithoutFen: z.int(),
      costWithFen: z.int(),
      savedFen: z.int(),
      chargeWh: z.int(),
      dischargeWh: z.int(),
      /** Fed into the grid: it earned nothing. */
      fedInWh: z.int(),
    }),
    /** The meters of each asset and its state of charge, compared; null: fewer than two states of charge are known. */
    balances: z.array(
      z.object({
        asset: assetCode,
        chargeWh: z.int(),
        dischargeWh: z.int(),
        costFen: z.int(),
        worthFen: z.int(),
        balance: orNull(
          z.object({
            byMetersWh: z.int(),
            bySocWh: z.int(),
            differenceWh: z.int(),
            differencePct: orNull(z.number()),
          }),
        ),
      }),
    ),
    intervals: z.array(
      z.object({
        startsAt: utcInstant,
        /** Null: not read, not planned. `gridWh` is load and charge less discharge; below 0: fed in. */
        actual: orNull(amounts),
        planned: orNull(amounts),
        importLimitW: z.int(),
        exportLimitW: z.int(),
        /** Null: there is no price for it. */
        period: orNull(z.enum(tariffPeriods)),
        priceMicro: orNull(z.int()),
      }),
    ),
  })
  .meta({ id: 'SecondLifeSiteLoad' });
export type SiteLoad = z.infer<typeof siteLoad>;
