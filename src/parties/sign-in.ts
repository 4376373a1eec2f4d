import { eq, sql } from 'drizzle-orm';
import { users } from '../../schema/tables/users.ts';
import { actLine, noteRefusal } from '../acts/note.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import { type AttemptLimits, byAddress, byEmail } from './attempt-limits.ts';
import { type Passwords, TooBusyError } from './passwords.ts';
import {
  type Begun,
  type Browser,
  beginSession,
  type Replaced,
  type SessionAct,
  type SessionTimes,
  type User,
} from './session-store.ts';
import { hashOfToken, hashToken, type Random } from './tokens.ts';

export interface SignInOptions {
  db: Database;
  passwords: Passwords;
  limits: AttemptLimits;
  times: SessionTimes;
  now: () => number;
  random?: Random | undefined;
}

export interface Attempt {
  browser: Browser;
  /** The session that the browser has, if any: none is carried on into another sign-in. */
  replaces: Replaced;
  /** Id of the request. */
  request: string | null;
  log: Log;
}

export type SignIn = ReturnType<typeof createSignIn>;

const refused = () => new ApiError('sign-in-refused');

/** How people get a session: by password, and by the invitation with which they choose one. */
export function createSignIn({ db, passwords, limits, times, now, random }: SignInOptions) {
  const begin = (
    gate: ReturnType<typeof sql>,
    { browser, replaces, request }: Attempt,
    what: SessionAct['what'],
  ): Promise<Begun | null> => {
    const at = new Date(now());
    return beginSession(db, gate, { method: 'password', browser, at, times, replaces, random, act: { what, request } });
  };
  /** `user` is whose account was tried, not who tried it. */
  const note = (
    what: 'signInRefused' | 'signInLocked',
    { browser: { address }, request }: Attempt,
    { user, detail }: { user: string | null; detail: string },
  ) => noteRefusal(db, actLine({ what, kind: 'session', object: user && `user:${user}`, detail, request, address }));

  return {
    /** Unknown address, wrong password, no password and disabled user: the same answer, after the same work. */
    async byPassword({ email, password }: { email: string; password: string }, attempt: Attempt): Promise<Begun> {
      const { browser, log } = attempt;
      // An address is a person: the log has its hash, by which an operator who knows the address finds the lines.
      const account = hashToken(email).slice(0, 16);
      const mine = [byEmail(email), byAddress(browser.address)] as const;
      const wait = await limits.take(...mine);
      if (wait !== null) {
        log.info({ account }, 'sign-in refused: too many attempts');
        if (wait.isNew) await note('signInLocked', attempt, { user: null, detail: `account ${account}` });
        throw tooMany(wait.retryAfterS);
      }
      const [user] = await db.select().from(users).where(eq(users.email, email));
      const { right, outdated } = await verified(passwords, user?.passwordHash ?? null, password);
      if (user === undefined || !right || user.disabledAt !== null) {
        log.info({ account }, 'sign-in refused');
        await note('signInRefused', attempt, { user: user?.id ?? null, detail: `account ${account}` });
        throw refused();
      }
      const rehashed = outdated ? await passwords.hash(password) : null;
      const begun = await begin(gateOf(user, rehashed, new Date(now())), attempt, 'signedIn');
      if (begun === null) throw refused();
      await limits.giveBack(...mine);
      log.info({ user: user.id, session: begun.session.id }, 'signed in');
      return begun;
    },

    /** Takes an invitation once, sets the password and begins a session. An invitation to choose a new one ends the sessions of the old. */
    async byInvitation({ token, password }: { token: string; password: string }, attempt: Attempt): Promise<Begun> {
      const { browser, log } = attempt;
      const wait = await limits.take(byAddress(browser.address));
      if (wait !== null) throw tooMany(wait.retryAfterS);
      const hash = hashOfToken(token);
      const at = new Date(now()).toISOString();
      const fresh = await hashed(passwords, password);
      const begun =
        hash &&
        (await begin(
          sql`update ${users} set password_hash = ${fresh}, password_set_at = ${at}::timestamptz, last_sign_in_at = ${at}::timestamptz,
            invitation_hash = null, invitation_expires_at = null
          where invitation_hash = ${hash} and invitation_expires_at > ${at}::timestamptz and disabled_at is null returning id`,
          { ...attempt, replaces: 'allOfUser' },
          'invitationTaken',
        ));
      if (!begun) {
        await note('signInRefused', attempt, { user: null, detail: 'invitation' });
        throw new ApiError('invitation-refused');
      }
      log.info({ user: begun.user.id, session: begun.session.id }, 'invitation taken');
      return begun;
    },

    /** Sets a new password; every session of the user ends, and one begins for the browser that asked. */
    async changePassword(
      user: User,
      { current, next }: { current: string; next: string },
      attempt: Attempt,
      write: <T>(run: () => Promise<T>) => Promise<T>,
    ): Promise<Begun> {
      const wait = await limits.take(byEmail(user.email));
      if (wait !== null) throw tooMany(wait.retryAfterS);
      if (!(await verified(passwords, user.passwordHash, current)).right) {
        await note('signInRefused', attempt, { user: user.id, detail: 'change of password' });
        throw refused();
      }
      await limits.giveBack(byEmail(user.email));
      const at = new Date(now()).toISOString();
      const fresh = await hashed(passwords, next);
      // The sessions end in the statement that changes the password: none outlives it.
      const gate = sql`update ${users} set password_hash = ${fresh}, password_set_at = ${at}::timestamptz
          where id = ${user.id} and password_hash = ${user.passwordHash} and disabled_at is null returning id`;
      const begun = await write(() => begin(gate, { ...attempt, replaces: 'allOfUser' }, 'passwordChanged'));
      if (begun === null) throw refused();
      attempt.log.info({ user: user.id }, 'password changed');
      return begun;
    },
  };
}

/** Only while the password is the one that was checked and nobody has disabled the user meanwhile. */
const gateOf = ({ id, passwordHash }: User, rehashed: string | null, at: Date) => sql`
  update ${users} set last_sign_in_at = ${at.toISOString()}::timestamptz, password_hash = coalesce(${rehashed}::text, password_hash)
  where id = ${id} and password_hash = ${passwordHash} and disabled_at is null returning id`;

export const tooMany = (retryAfterS: number): ApiError =>
  new ApiError('too-many-attempts', `Too many attempts. Try again in ${retryAfterS} s.`, {
    headers: { 'Retry-After': String(retryAfterS) },
  });

const busy = () =>
  new ApiError('unavailable', 'Too many people sign in just now.', { headers: { 'Retry-After': '2' } });

const verified = (passwords: Passwords, stored: string | null, password: string) =>
  passwords.verify(stored, password).catch(orBusy);
const hashed = (passwords: Passwords, password: string) => passwords.hash(password).catch(orBusy);

function orBusy(error: unknown): never {
  throw error instanceof TooBusyError ? busy() : error;
}
