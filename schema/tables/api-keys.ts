import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const roles = ['admin', 'operations', 'staff', 'fleet', 'owner', 'regulator', 'maintenance', 'service'] as const;
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
    /** For fleet and owner: whose vehicles, swaps and packs it may see. */
    organisation: text(),
    /** What of its role it may do, such as `swaps:read`; null: all. */
    scopes: text().array(),
    createdAt: instant().notNull().defaultNow(),
    /** A user or a key; null: made on the command line or at start. */
    createdBy: text(),
    expiresAt: instant(),
    revokedAt: instant(),
    /** Written at most once a minute. */
    lastUsedAt: instant(),
    /** Rises with each change by a person; the ETag. */
    edition: integer().notNull().default(1),
  },
  (t) => [
    index('api_keys_by_organisation').on(t.organisation, t.id).where(sql`${t.organisation} is not null`),
    check(
      'api_keys_role',
      sql`${t.role} in ('admin','operations','staff','fleet','owner','regulator','maintenance','service')`,
    ),
  ],
);
