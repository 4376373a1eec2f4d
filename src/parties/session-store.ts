import { and, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { acts } from '../../schema/tables/acts.ts';
import { sessions } from '../../schema/tables/sessions.ts';
import { users } from '../../schema/tables/users.ts';
import type { ActName } from '../../schema/wire/api/act.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import type { Random } from './tokens.ts';
import { newId, newToken } from './tokens.ts';

export type User = typeof users.$inferSelect;
export type Session = typeof sessions.$inferSelect;

/** How long a session lasts. */
export interface SessionTimes {
  /** Unused. */
  idleMs: number;
  /** However much it is used. */
  maxMs: number;
}

/** Where a sign-in comes from. */
export interface Browser {
  address: string;
  userAgent: string | null;
}

export type Replaced = { hash: string } | 'allOfUser' | null;

export interface NewSession {
  method: Session['method'];
  browser: Browser;
  at: Date;
  times: SessionTimes;
  /** What ends when the new one begins: the session that the browser came with, or all of a user. */
  replaces: Replaced;
  /** How it is called in the record of who did what. */
  act: SessionAct;
  random?: Random | undefined;
}

export interface SessionAct {
  what: Extract<ActName, 'signedIn' | 'invitationTaken' | 'passwordChanged'>;
  /** Id of the request. */
  request: string | null;
}

export interface Begun {
  /** For the cookie; kept nowhere. */
  token: string;
  user: User;
  session: Session;
}

/**
 * Begins a session for the user that `gate` changes, if it changes one: whoever was disabled, or whose password was changed, a moment ago gets
 * none. `gate` is an UPDATE of `users` that returns `id`. One statement.
 */
export async function beginSession(db: Database, gate: SQL, options: NewSession): Promise<Begun | null> {
  const { method, browser, at, times, replaces, act, random } = options;
  const { token, hash } = newToken(random);
  const expiresAt = new Date(at.getTime() + times.maxMs);
  const rows = await db.execute(sql`
    with gate as (${gate}),
    replaced as (
      update ${sessions} set revoked_at = ${at.toISOString()}::timestamptz
      where ${whichOf(replaces)} and revoked_at is null and exists (select from gate)),
    old as (delete from ${sessions} where expires_at < ${at.toISOString()}::timestamptz - interval '30 days'),
    begun as (insert into ${sessions} (hash, id, "user", method, address, user_agent, created_at, last_used_at, expires_at)
    select ${hash}, ${newId('s', random)}, id, ${method}, ${browser.address}, ${browser.userAgent?.slice(0, 300) ?? null},
      ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz, ${expiresAt.toISOString()}::timestamptz from gate
    returning id, "user"),
    noted as (
      insert into ${acts} (actor, role, party, what, detail, kind, object, request, address)
      select 'user:' || u.id, u.role, u.organisation, ${act.what}, ${method}, 'session', begun.id, ${act.request}::text, ${browser.address}
      from begun join ${users} u on u.id = begun."user")
    select id from begun`);
  if (rows.length === 0) return null;
  const found = await findSession(db, hash);
  return found && { token, ...found };
}

function whichOf(replaces: Replaced): SQL {
  if (replaces === null) return sql`false`;
  return replaces === 'allOfUser' ? sql`"user" in (select id from gate)` : eq(sessions.hash, replaces.hash);
}

export async function findSession(db: Database, hash: string): Promise<{ session: Session; user: User } | null> {
  const [row] = await db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user))
    .where(eq(sessions.hash, hash));
  return row ?? null;
}

export async function markSessionUsed(db: Database, hash: string, at: Date): Promise<void> {
  await db
    .update(sessions)
    .set({ lastUsedAt: at })
    .where(and(eq(sessions.hash, hash), isNull(sessions.revokedAt)));
}

/** Those of a user that work, newest first. */
export const listSessions = (db: Database, user: string, at: Date, { idleMs }: SessionTimes): Promise<Session[]> =>
  db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.user, user),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, at),
        gt(sessions.lastUsedAt, new Date(at.getTime() - idleMs)),
      ),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(200);

/** No row: it did not work any more. */
export function revokeSession(
  db: Database,
  which: { hash: string } | { user: string; id: string },
  at: Date,
): Statement<{ id: string; user: string }> {
  const revoked = db
    .update(sessions)
    .set({ revokedAt: at })
    .where(
      and(
        'hash' in which ? eq(sessions.hash, which.hash) : and(eq(sessions.user, which.user), eq(sessions.id, which.id)),
        isNull(sessions.revokedAt),
      ),
    )
    .returning({ id: sessions.id, user: sessions.user });
  return statement({ parts: { revoked }, result: sql`select * from revoked` });
}
