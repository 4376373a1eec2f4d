import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** A signed-in browser. Only the hash of its token is kept. */
export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the token (256 random bits), hex. */
    hash: text().primaryKey(),
    /** Public name, for lists and revoking. */
    id: text().notNull().unique(),
    user: text().notNull(),
    method: text({ enum: ['password', 'oidc'] }).notNull(),
    address: text(),
    userAgent: text(),
    createdAt: instant().notNull(),
    /** Written at most once a minute. */
    lastUsedAt: instant().notNull(),
    /** However much it is used. Unused for the idle time, it ends earlier. */
    expiresAt: instant().notNull(),
    revokedAt: instant(),
  },
  (t) => [
    index('sessions_of_user').on(t.user, t.createdAt).where(sql`${t.revokedAt} is null`),
    index('sessions_by_expiry').on(t.expiresAt),
    check('sessions_method', sql`${t.method} in ('password','oidc')`),
  ],
);

/** Failed attempts by subject: `email:<hash>`, `address:<ip>`, `key:<id>`. In the database, so that a restart forgives nothing. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    subject: text().primaryKey(),
    /** In the window that began at `since`. */
    count: integer().notNull(),
    since: instant().notNull(),
  },
  (t) => [index('sign_in_attempts_by_age').on(t.since)],
);

/** A sign-in that is under way at the OpenID provider. Each is taken once. */
export const oidcSignIns = pgTable(
  'oidc_sign_ins',
  {
    /** SHA-256 of `state`, hex. */
    stateHash: text().primaryKey(),
    /** SHA-256 of the cookie of the browser that began, hex: nobody else can end it. */
    browserHash: text().notNull(),
    nonce: text().notNull(),
    codeVerifier: text().notNull(),
    returnTo: text().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [index('oidc_sign_ins_by_expiry').on(t.expiresAt)],
);
