import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { UserRole } from '../wire/api/access.ts';
import { roles } from './api-keys.ts';
import { instant } from './columns.ts';

export const languages = ['zh', 'en'] as const;

/** A person who signs in. Never deleted, only disabled: the log names people by id. */
export const users = pgTable(
  'users',
  {
    /** `u` and 12 random hex digits. */
    id: text().primaryKey(),
    /** Lower case, so that one address is one person. */
    email: text().notNull().unique(),
    name: text().notNull(),
    role: text({ enum: roles }).$type<UserRole>().notNull(),
    /** Needed for fleet and owner: whose vehicles and packs they see. */
    organisation: text(),
    /** Needed for staff and maintenance: the only stations they see. Empty for the other roles: all. */
    stations: text().array().notNull().default([]),
    language: text({ enum: languages }).notNull().default('zh'),
    /** PHC string with its parameters. Null: no password yet, or OIDC only. */
    passwordHash: text(),
    passwordSetAt: instant(),
    /** SHA-256 of the one-time invitation, hex. */
    invitationHash: text(),
    invitationExpiresAt: instant(),
    /** Both or none: the identity at the OpenID provider, bound at the first sign-in there. */
    oidcIssuer: text(),
    oidcSubject: text(),
    disabledAt: instant(),
    lastSignInAt: instant(),
    createdAt: instant().notNull().defaultNow(),
    /** Who made it: a user or a key of the API. */
    createdBy: text(),
    /** Rises with each change by a person; the ETag. */
    edition: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex('users_oidc').on(t.oidcIssuer, t.oidcSubject).where(sql`${t.oidcSubject} is not null`),
    uniqueIndex('users_invitation').on(t.invitationHash).where(sql`${t.invitationHash} is not null`),
    index('users_by_organisation').on(t.organisation, t.id).where(sql`${t.organisation} is not null`),
    check('users_email_lower', sql`${t.email} = lower(${t.email})`),
    check('users_language', sql`${t.language} in ('zh','en')`),
    check('users_role', sql`${t.role} in ('admin','operations','staff','fleet','owner','regulator','maintenance')`),
    check('users_organisation_bound', sql`${t.role} not in ('fleet','owner') or ${t.organisation} is not null`),
    check('users_station_bound', sql`${t.role} not in ('staff','maintenance') or cardinality(${t.stations}) > 0`),
    check('users_oidc_both', sql`(${t.oidcIssuer} is null) = (${t.oidcSubject} is null)`),
  ],
);
