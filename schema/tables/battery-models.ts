import { sql } from 'drizzle-orm';
import { bigint, check, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const chemistries = ['NiMH', 'LFP', 'LMO', 'LCO', 'NCM', 'NCA', 'LTO', 'supercapacitor', 'other'] as const;

/** A kind of pack. `batteries.model` names it as the pack's BMS does; a pack may be of a model that nobody has described here. */
export const batteryModels = pgTable(
  'battery_models',
  {
    /** As the BMS names it. */
    id: text().primaryKey(),
    name: text().notNull(),
    chemistry: text({ enum: chemistries }).notNull(),
    nominalWh: doublePrecision().notNull(),
    nominalV: doublePrecision().notNull(),
    massKg: doublePrecision().notNull(),
    /** Frame, bolts and bearings. */
    mechanicalInterface: text().notNull(),
    /** Connector, voltage class and coolant coupling. */
    electricalInterface: text().notNull(),
    /** BMS firmware that may be dispatched, both ends included; null: no such end. */
    firmwareFrom: text(),
    firmwareTo: text(),
    /** Least firmware of a vehicle that understands this model; null: any. */
    vehicleFirmwareFrom: text(),
    edition: integer().notNull().default(1),
    createdAt: instant().notNull().defaultNow(),
    changedAt: instant().notNull().defaultNow(),
    changedBy: text(),
  },
  (t) => [
    check(
      'battery_models_chemistry',
      sql`${t.chemistry} in ('NiMH','LFP','LMO','LCO','NCM','NCA','LTO','supercapacitor','other')`,
    ),
    check('battery_models_positive', sql`${t.nominalWh} > 0 and ${t.nominalV} > 0 and ${t.massKg} > 0`),
  ],
);

/**
 * What a pack of a model holds when new, from when on. Append-only, and written by a trigger: bills by state of charge are rebuilt from it, however
 * the model is described later.
 */
export const batteryModelCapacities = pgTable(
  'battery_model_capacities',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    model: text().notNull(),
    nominalWh: doublePrecision().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('battery_model_capacities_by_model').on(t.model, t.recordedAt, t.id)],
);
