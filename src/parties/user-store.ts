import { and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import { sessions } from '../../schema/tables/sessions.ts';
import { users } from '../../schema/tables/users.ts';
import type { UserRole } from '../../schema/wire/api/access.ts';
import { type NewUser, type UserChange, type UserView, userId } from '../../schema/wire/api/user.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments } from '../inventory/change.ts';
import type { User } from './session-store.ts';

type Row = Record<string, unknown>;

export interface UserFilter {
  role?: UserRole | undefined;
  organisation?: string | undefined;
  email?: string | undefined;
  disabled?: boolean | undefined;
}

/** The hash of an invitation and its end. */
export interface Invitation {
  hash: string;
  expiresAt: string;
}

const listCursor = cursorCodec('users', userId);

/** By id. Walks the key, `users_by_organisation` or `users_email_unique`. */
export async function listUsers(
  db: Database,
  { role, organisation, email, disabled }: UserFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<UserView>> {
  const after = listCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(users)
    .where(
      and(
        role === undefined ? undefined : eq(users.role, role),
        organisation === undefined ? undefined : eq(users.organisation, organisation),
        email === undefined ? undefined : eq(users.email, email),
        disabled === undefined ? undefined : disabled ? isNotNull(users.disabledAt) : isNull(users.disabledAt),
        after === null ? undefined : gt(users.id, after),
      ),
    )
    .orderBy(asc(users.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => listCursor.encode(row.id), toUser);
}

export async function readUser(db: Database, id: string): Promise<UserView | null> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row ? toUser(row) : null;
}

export async function readUserByEmail(db: Database, email: string): Promise<UserView | null> {
  const [row] = await db.select().from(users).where(eq(users.email, email));
  return row ? toUser(row) : null;
}

/** No row: the address is taken. */
export const createUser = (
  id: string,
  { email, name, role, organisation, stations, language }: NewUser,
  { hash, expiresAt }: Invitation,
  by: string,
): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        insert into ${users} (id, email, name, role, organisation, stations, language, invitation_hash, invitation_expires_at, created_by)
        select ${id}, ${email}, ${name}, ${role}, ${organisation}::text, ${sql.param([...stations])}::text[], ${language}, ${hash},
          ${expiresAt}::timestamptz, ${by}
        on conflict (email) do nothing returning *`,
    },
    result: sql`select * from made`,
  });

/**
 * No row: the edition is another, or nobody could manage users any more. The rows of all admins are locked first, so that two of them cannot
 * take each other out at once. A user who is disabled has no session left.
 */
export function changeUser(id: string, change: UserChange, expected: readonly number[] | null): Statement<Row> {
  const { disabled, ...rest } = change;
  const mayEndAdmin = disabled === true || (change.role !== undefined && change.role !== 'admin');
  const disabledAt = disabled === undefined ? undefined : disabled ? sql`coalesce(disabled_at, now())` : null;
  return statement<Row>({
    parts: {
      admins: sql`
        select id from ${users} where ${mayEndAdmin}::boolean and role = 'admin' and disabled_at is null order by id for update`,
      changed: sql`
        update ${users} set ${assignments({ ...rest, disabled_at: disabledAt })}
        where id = ${id} and ${editionIs(users.edition, expected)}
          and (not ${mayEndAdmin}::boolean or role <> 'admin' or disabled_at is not null
            or exists (select from admins where admins.id <> ${id}))
        returning *`,
      ended: sql`
        update ${sessions} set revoked_at = now()
        where "user" in (select id from changed where disabled_at is not null) and revoked_at is null returning id`,
    },
    result: sql`select changed.*, (select count(*) from ended)::int as ended from changed`,
  });
}

/** A new invitation; the one before works no more. No row: there is no such user, or it is disabled. */
export const inviteUser = (id: string, { hash, expiresAt }: Invitation): Statement<Row> =>
  statement<Row>({
    parts: {
      invited: sql`
        update ${users} set invitation_hash = ${hash}, invitation_expires_at = ${expiresAt}::timestamptz, edition = edition + 1
        where id = ${id} and disabled_at is null returning *`,
    },
    result: sql`select * from invited`,
  });

/** Ends every session of a user. */
export const endSessions = (id: string, at: Date): Statement<{ ended: number }> =>
  statement({
    parts: {
      ended: sql`
        update ${sessions} set revoked_at = ${at.toISOString()}::timestamptz where "user" = ${id} and revoked_at is null returning id`,
    },
    result: sql`select count(*)::int as ended from ended`,
  });

export const toUser = (row: User): UserView => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  organisation: row.organisation,
  stations: row.stations,
  language: row.language,
  disabled: row.disabledAt !== null,
  hasPassword: row.passwordHash !== null,
  invitedUntil: row.invitationExpiresAt?.toISOString() ?? null,
  oidc: row.oidcSubject !== null,
  lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  edition: row.edition,
});
