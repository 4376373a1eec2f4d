import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const organisationKinds = ['operator', 'fleet', 'owner', 'regulator'] as const;

/** A party: who runs stations, drives taxis, owns packs or supervises. Vehicles, packs, swaps, users and keys name it by its id. */
export const organisations = pgTable(
  'organisations',
  {
    /** A slug such as `blue-taxi`; never changed and never used again. */
    id: text().primaryKey(),
    kind: text({ enum: organisationKinds }).notNull(),
    name: text().notNull(),
    nameEn: text(),
    createdAt: instant().notNull().defaultNow(),
    /** Rises with each change by a person; the ETag. */
    edition: integer().notNull().default(1),
  },
  (t) => [check('organisations_kind', sql`${t.kind} in ('operator','fleet','owner','regulator')`)],
);
