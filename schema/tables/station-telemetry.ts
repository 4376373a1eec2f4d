import { doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';
import type { TelemetrySlot } from '../wire/api/telemetry.ts';
import { instant, json } from './columns.ts';

/** What a station last measured. Lossy by design and rewritten every few seconds: unlogged, gone after a crash, back with the next message. */
export const stationTelemetry = pgTable('station_telemetry', {
  station: text().primaryKey(),
  powerW: doublePrecision().notNull(),
  slots: json<TelemetrySlot[]>().notNull(),
  receivedAt: instant().notNull(),
});
