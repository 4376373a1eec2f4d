import { z } from 'zod';
import { tariffPeriods } from '../settlement/tariff.ts';

/** Demand is metered by the quarter of an hour, so plans and readings are too. */
export const intervalMs = 900_000;
export const intervalHours = 0.25;
/** Two days. */
export const mostIntervals = 192;

/** Names of OpenADR 3 event payloads. */
export const gridSignalTypes = ['IMPORT_CAPACITY_LIMIT', 'EXPORT_CAPACITY_LIMIT'] as const;
export type GridSignalType = (typeof gridSignalTypes)[number];

/** What is told of a site when a quarter of an hour did not go as it should. */
export const dispatchAlarmCodes = ['importLimitBroken', 'exportLimitBroken', 'offPlan'] as const;
export type DispatchAlarmCode = (typeof dispatchAlarmCodes)[number];
/** All that is told of a site: also the fault of an asset where no station tells it. */
export const siteAlarmCodes = [...dispatchAlarmCodes, 'secondLifeFault'] as const;
/** As of a station's alarms, GB/T 32960: the grid is wronged, or only the plan. */
export const dispatchAlarmLevels: Readonly<Record<DispatchAlarmCode, number>> = {
  importLimitBroken: 2,
  exportLimitBroken: 2,
  offPlan: 1,
};

export const whOfInterval = z.int().min(0).max(10_000_000);
export const quarterHour = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) % intervalMs === 0, 'must be the start of a quarter of an hour')
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < Date.UTC(9999, 0), 'must be after 1970')
  .meta({ examples: ['2026-05-01T04:00:00Z'] });

/** Why a plan was made, and of what. */
export const planBasis = z
  .strictObject({
    /** Null: somebody asked for it. Else what had changed: `signal/7`, `site/3`, `asset/<code>/4`. */
    because: z.union([z.string(), z.null()]),
    /** Where the site's load comes from. */
    load: z.enum(['given', 'history', 'lastPlan']),
    /** Where the state of charge at the start comes from. */
    soc: z.enum(['given', 'lastReading', 'lastPlan']),
    shaveToW: z.union([z.int(), z.null()]),
    note: z.union([z.string(), z.null()]),
  })
  .meta({ id: 'DispatchPlanBasis' });
export type PlanBasis = z.infer<typeof planBasis>;

export const plannedInterval = z
  .strictObject({
    startsAt: z.iso.datetime({ precision: 3 }),
    /** On the side of the grid. */
    chargeWh: whOfInterval,
    dischargeWh: whOfInterval,
    /** In the asset at the end. */
    storedWh: z.int().min(0),
    /** What the site takes without any asset, and what the assets planned before this one add to it; below 0: take from it. */
    loadWh: whOfInterval,
    othersWh: z.int(),
    period: z.enum(tariffPeriods),
    priceMicro: z.int(),
    /** What may be taken from and given to the grid then. */
    importLimitW: z.int(),
    exportLimitW: z.int(),
  })
  .meta({ id: 'PlannedInterval' });
export type PlannedInterval = z.infer<typeof plannedInterval>;

const outcome = {
  /** Energy of the site by the price table, without and with. */
  costWithoutFen: z.int(),
  costWithFen: z.int(),
  /** Highest mean power of an interval from the grid. */
  peakWithoutW: z.int(),
  peakWithW: z.int(),
  /** By how much the limit on import is exceeded all the same: the assets have not the power or the energy. */
  overLimitWithoutWh: z.int(),
  overLimitWithWh: z.int(),
  /** Energy moved, on the side of the grid. */
  chargeWh: z.int(),
  dischargeWh: z.int(),
};

/** What plans made together come to: the site without any asset, and with all of them. */
export const siteFigures = z.strictObject(outcome).meta({ id: 'DispatchSiteFigures' });
export type SiteFigures = z.infer<typeof siteFigures>;

/** What a plan comes to: the site without this asset (and with those planned before it), and with it. */
export const planFigures = z
  .strictObject({
    ...outcome,
    startWh: z.int(),
    endWh: z.int(),
    /** Category and first day of the tables that priced it. */
    tariffs: z.array(z.string()),
    /** Signals of the grid it obeys. */
    signals: z.array(z.int()),
  })
  .meta({ id: 'DispatchPlanFigures' });
export type PlanFigures = z.infer<typeof planFigures>;
