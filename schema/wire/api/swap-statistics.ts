import { z } from 'zod';
import { commandType } from '../commands.ts';
import { calendarDate, stationId } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

const day = calendarDate;

/** How times are spread, equipment milliseconds. */
const spread = {
  /** How many were measured. */
  n: z.int(),
  p5Ms: z.int(),
  p25Ms: z.int(),
  p50Ms: z.int(),
  p75Ms: z.int(),
  p95Ms: z.int(),
  meanMs: z.int(),
};

const counts = {
  /** All that began in the time: by the moment the car stood in position. */
  total: z.int(),
  completed: z.int(),
};

export const timeSpread = z.object(spread).meta({ id: 'TimeSpread' });

const firstTime = z.object({
  /** Swaps in which something moved and that have ended or need a person: not the refused ones. */
  of: z.int(),
  /** Completed, with every step done at its first attempt. */
  right: z.int(),
});

/** How swaps went in a span of time: how many, how long, which steps, how often at the first attempt. Days are Beijing's. */
export const swapStatistics = z
  .object({
    from: utcInstant,
    to: utcInstant,
    station: orNull(stationId),
    ...counts,
    /** Swaps whose times were looked at. Fewer than `total`: an equal number of each hour, so that an answer about the whole network comes at once. */
    sampled: z.int(),
    firstTime,
    /** From wheels on the stops to clamps open, of the completed. */
    swapTime: orNull(timeSpread),
    days: z.array(z.object({ day, ...counts, firstTime, swapTime: orNull(timeSpread) })),
    /** Every hour of the span, by its beginning. */
    hours: z.array(z.object({ hour: utcInstant, ...counts })),
    /** In the order in which they usually begin. */
    steps: z.array(
      z.object({
        step: commandType,
        track: z.enum(['robot', 'shuttle']),
        /** The usual one; it depends on the equipment. */
        budgetMs: z.int(),
        attempts: z.int(),
        /** Attempts that were not the first. */
        notFirst: z.int(),
        /** Attempts that did not end as they should. */
        failed: z.int(),
        /** Of the completed ones, how many took longer than their budget. */
        overBudget: z.int(),
        /** What a completed swap spends in it, all attempts together, in the mean. */
        perSwapMs: z.int(),
        time: orNull(timeSpread),
        days: z.array(z.object({ day, ...spread })),
      }),
    ),
    /** What the robot spends waiting in a completed swap, in the mean: the swap's time without its own steps. */
    waitPerSwapMs: orNull(z.int()),
  })
  .meta({ id: 'SwapStatistics' });

export type TimeSpread = z.infer<typeof timeSpread>;
export type SwapStatistics = z.infer<typeof swapStatistics>;
