import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const roles = ['admin', 'staff', 'fleet', 'regulator', 'service'] as const;
export type Role = (typeof roles)[number];

/** Bearer keys. Only the hash is kept; the prefix lets a person recognise a key. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    /** SHA-256 of the key, hex. Keys are 256 random bits, so a slow hash would protect nothing. */
    hash: text().notNull().unique(),
    prefix: text().notNull(),
    label: text().notNull(),
    role: text({ enum: roles }).notNull(),
    /** Stations this key may see; empty: all that its role may. */
    stations: text().array().notNull().default([]),
    /** For role fleet: whose vehicles and swaps it may see. */
    fleet: text(),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant(),
    revokedAt: instant(),
  },
  (t) => [check('api_keys_role', sql`${t.role} in ('admin','staff','fleet','regulator','service')`)],
);
