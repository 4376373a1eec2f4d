import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { assetEventTypes, assetStates } from '../wire/cascade/asset.ts';
import { assetFunctions } from '../wire/cascade/grading.ts';
import { instant, json } from './columns.ts';

/** Where second-life packs stand: a grid connection with its limits and its price table. */
export const secondLifeSites = pgTable('second_life_sites', {
  /** A slug; the ledger's place is `secondLifeSite/<id>`. */
  id: text().primaryKey(),
  name: text().notNull(),
  nameEn: text(),
  /** What may be taken from the grid, and given to it. */
  importLimitW: integer().notNull(),
  exportLimitW: integer().notNull().default(0),
  /** Under which category it buys its energy, by what was said last; from which day on: `siteTariffs`. */
  tariffCategory: text().notNull(),
  /** The station it stands at, which shows the alarm of its faults; null: it stands by itself. */
  station: text(),
  /** The only key that reports readings and faults; null: any service key that may. */
  controllerKey: text(),
  edition: integer().notNull().default(1),
  createdAt: instant().notNull().defaultNow(),
  changedBy: text().notNull(),
});

/**
 * From which day (Asia/Shanghai) on a site buys under which category. A trigger of the sites writes it: the first counts for ever before, a change from the
 * day after. What has begun to count is never changed.
 */
export const siteTariffs = pgTable(
  'site_tariffs',
  {
    site: text().notNull(),
    fromDay: date().notNull(),
    category: text().notNull(),
    by: text().notNull(),
    enteredAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.site, t.fromDay] })],
);

/** Last part of a cascade code. Seven digits; the day before them keeps codes apart when it starts again. */
export const cascadeSerials = pgSequence('cascade_serials', { minValue: 1, maxValue: 9_999_999, cycle: true });

/** A product of a second life: one retired pack under its own cascade code. Both codes are kept for ever. */
export const secondLifeAssets = pgTable(
  'second_life_assets',
  {
    /** GB/T 34014 code of the cascade product. */
    code: text().primaryKey(),
    /** The original code. */
    pack: text().notNull(),
    site: text().notNull(),
    function: text({ enum: assetFunctions }).notNull(),
    powerW: integer().notNull(),
    /** Usable energy now, by its grading. */
    energyWh: integer().notNull(),
    /** Within which it works, by its usable energy. */
    socMinPct: doublePrecision().notNull(),
    socMaxPct: doublePrecision().notNull(),
    /** Kept back for a black-out. */
    reservePct: doublePrecision().notNull(),
    chargeEfficiencyPct: doublePrecision().notNull(),
    dischargeEfficiencyPct: doublePrecision().notNull(),
    state: text({ enum: assetStates }).notNull().default('planned'),
    /** Number of the grading it was made under. */
    grading: integer().notNull(),
    commissionedAt: instant(),
    /** Number of its last event. */
    eventN: integer().notNull().default(1),
    edition: integer().notNull().default(1),
    createdAt: instant().notNull().defaultNow(),
    changedBy: text().notNull(),
  },
  (t) => [
    uniqueIndex('second_life_assets_by_pack').on(t.pack),
    index('second_life_assets_by_site').on(t.site, t.code),
    index('second_life_assets_by_state').on(t.state, t.code),
    index('second_life_assets_by_function').on(t.function, t.code),
    check(
      'second_life_assets_state',
      sql`${t.state} in ('planned','commissioned','faulted','outOfService','endOfLife','recycled')`,
    ),
    check('second_life_assets_function', sql`${t.function} in ('peakShaving','backup','stationBuffer')`),
    check(
      'second_life_assets_window',
      sql`${t.powerW} > 0 and ${t.energyWh} > 0 and 0 <= ${t.socMinPct} and ${t.socMinPct} < ${t.socMaxPct} and ${t.socMaxPct} <= 100`,
    ),
    check(
      'second_life_assets_code',
      sql`${t.code} ~ '^[A-Z0-9]{3}[PMC][A-GZ][A-Z0-9]{2}[1-9A-HJ-NPR-Y][1-9A-C][1-9A-HJ-NPR-Y][0-9]{7}R[PMC]$'`,
    ),
  ],
);

/** Every step of an asset. Append-only. */
export const assetEvents = pgTable(
  'asset_events',
  {
    asset: text().notNull(),
    /** 1, 2, … without gaps. */
    n: integer().notNull(),
    type: text({ enum: assetEventTypes }).notNull(),
    body: json<Record<string, unknown>>().notNull(),
    by: text().notNull(),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.asset, t.n] }), index('asset_events_by_time').on(t.recordedAt, t.asset, t.n)],
);

/** The end of a pack: what a recycler took, by weight and receipt. Append-only. */
export const recyclings = pgTable(
  'recyclings',
  {
    pack: text().primaryKey(),
    /** Cascade code, where it had a second life. */
    asset: text(),
    /** As custody names the place: `recycler/<name>`. */
    recycler: text().notNull(),
    weightKg: doublePrecision().notNull(),
    receiptNumber: text().notNull(),
    handedOverAt: instant().notNull(),
    reason: text().notNull(),
    by: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('recyclings_one_receipt').on(t.recycler, t.receiptNumber),
    index('recyclings_by_time').on(t.recordedAt, t.pack),
    index('recyclings_by_recycler').on(t.recycler, t.recordedAt, t.pack),
    check('recyclings_weight', sql`${t.weightKg} > 0`),
  ],
);

/** What the grid, or who speaks for it, demands of a site over a span of time. Append-only: a later one counts before an earlier one. */
export const gridSignals = pgTable(
  'grid_signals',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    site: text().notNull(),
    type: text({ enum: ['IMPORT_CAPACITY_LIMIT', 'EXPORT_CAPACITY_LIMIT'] }).notNull(),
    /** Null: takes back what was demanded before. */
    limitW: integer(),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    /** As the sender names it. */
    reference: text(),
    by: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('grid_signals_by_site').on(t.site, t.id), check('grid_signals_span', sql`${t.fromAt} < ${t.toAt}`)],
);
