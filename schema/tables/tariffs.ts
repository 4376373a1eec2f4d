import { date, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Tariff } from '../wire/settlement/tariff.ts';
import { instant, json } from './columns.ts';

/** Dated price tables. Append-only; that no two of a category overlap says a constraint of the migration. */
export const tariffs = pgTable(
  'tariffs',
  {
    category: text().notNull(),
    validFrom: date({ mode: 'string' }).notNull(),
    validTo: date({ mode: 'string' }).notNull(),
    table: json<Tariff>().notNull(),
    publishedAt: instant().notNull().defaultNow(),
    publishedBy: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.category, t.validFrom] })],
);

/** Under which category a station buys its energy, from which day on (Asia/Shanghai). Append-only; a trigger guards days that have begun. */
export const stationTariffs = pgTable(
  'station_tariffs',
  {
    station: text().notNull(),
    fromDay: date({ mode: 'string' }).notNull(),
    category: text().notNull(),
    by: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.station, t.fromDay] }), index('station_tariffs_by_category').on(t.category)],
);
