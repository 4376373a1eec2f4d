import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { oidcSignIns } from '../../schema/tables/sessions.ts';
import { users } from '../../schema/tables/users.ts';
import type { Database } from '../db/client.ts';
import type { Checks, Identity } from './oidc.ts';
import { hashToken } from './tokens.ts';

export const oidcWithinMs = 10 * 60_000;

export interface Begun {
  checks: Checks;
  /** Cookie of the browser: nobody else can end what it began. */
  browser: string;
  returnTo: string;
}

export async function keepSignIn(db: Database, { checks, browser, returnTo }: Begun, at: Date): Promise<void> {
  await db.delete(oidcSignIns).where(lt(oidcSignIns.expiresAt, at));
  await db.insert(oidcSignIns).values({
    stateHash: hashToken(checks.state),
    browserHash: hashToken(browser),
    nonce: checks.nonce,
    codeVerifier: checks.codeVerifier,
    returnTo,
    expiresAt: new Date(at.getTime() + oidcWithinMs),
  });
}

/** Takes what was begun, once. Null: never begun, too late, in another browser, or taken. */
export async function takeSignIn(db: Database, state: string, browser: string, at: Date): Promise<Begun | null> {
  const [row] = await db
    .delete(oidcSignIns)
    .where(
      and(
        eq(oidcSignIns.stateHash, hashToken(state)),
        eq(oidcSignIns.browserHash, hashToken(browser)),
        gt(oidcSignIns.expiresAt, at),
      ),
    )
    .returning();
  if (!row) return null;
  const { nonce, codeVerifier, returnTo } = row;
  return { checks: { state, nonce, codeVerifier }, browser, returnTo };
}

/**
 * Finds the user by issuer and subject; the first time by the verified address, and binds them. An address alone never takes over a user who
 * is bound to another subject.
 */
export const gateOfIdentity = ({ issuer, subject, verifiedEmail }: Identity, at: Date) => sql`
  update ${users} set oidc_issuer = ${issuer}, oidc_subject = ${subject}, last_sign_in_at = ${at.toISOString()}::timestamptz
  where id = (
      select id from ${users}
      where (oidc_issuer = ${issuer} and oidc_subject = ${subject}) or (email = ${verifiedEmail} and oidc_subject is null)
      order by oidc_subject is null limit 1)
    and disabled_at is null returning id`;
