import { sql } from 'drizzle-orm';
import { boolean, check, doublePrecision, index, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

/**
 * A station as it was commissioned. Changed by people only; what changes with every message is in `station_marks`.
 * `partition` is stored, not computed, so that a station can be moved to another worker or cell.
 */
export const stations = pgTable(
  'stations',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    city: text().notNull(),
    address: text(),
    lat: doublePrecision().notNull(),
    lon: doublePrecision().notNull(),
    cell: text().notNull().default('main'),
    partition: smallint().notNull(),
    /** A `StationType` of `machines/contract.ts`: bays, slots, power, step times. */
    type: json<unknown>().notNull(),
    /** Only a simulated station may run equipment time faster than the wall clock, or be given faults. */
    simulated: boolean().notNull().default(false),
    /** SHA-256 of the station's broker secret (256 random bits), hex. Null: the station uses a client certificate. */
    mqttSecretHash: text(),
    /** The same secret as Mosquitto's password file wants it: `$7$...`, PBKDF2-SHA512. */
    mqttPasswordEntry: text(),
    createdAt: instant().notNull().defaultNow(),
    /** Closed for good: not subscribed to, kept for the record. */
    retiredAt: instant(),
  },
  (t) => [
    index('stations_partition').on(t.partition).where(sql`${t.retiredAt} is null`),
    check('stations_partition_range', sql`${t.partition} between 0 and 63`),
  ],
);
