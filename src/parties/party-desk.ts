import { eq } from 'drizzle-orm';
import type { Context } from 'hono';
import { organisations } from '../../schema/tables/organisations.ts';
import type { CallerView } from '../../schema/wire/api/session.ts';
import { type ActLine, noteRefusal } from '../acts/note.ts';
import type { ApiEnv } from '../api/context.ts';
import type { Keyring } from '../api/keys.ts';
import type { Database } from '../db/client.ts';
import { type AttemptLimits, createAttemptLimits } from './attempt-limits.ts';
import { addressOf } from './client-address.ts';
import { type CookieJar, createCookieJar } from './cookies.ts';
import { createOpenId, type OidcSettings, type OpenId } from './oidc.ts';
import { createPasswords } from './passwords.ts';
import { createSessionKeeper, type SessionKeeper } from './session-keeper.ts';
import { type Browser, findSession, markSessionUsed, type SessionTimes } from './session-store.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { hashOfToken } from './tokens.ts';

export interface PartySettings {
  times: SessionTimes;
  /** False: cookies also over plain HTTP. */
  secureCookies: boolean;
  /** How many proxies stand before this process. */
  trustedProxies: number;
  /** Milliseconds of wall clock. */
  now: () => number;
  /** A session revoked elsewhere works at most this much longer. */
  freshForMs: number;
  /** Null: people sign in by password only. */
  oidc: OidcSettings | null;
}

const defaults: PartySettings = {
  times: { idleMs: 12 * 3_600_000, maxMs: 7 * 24 * 3_600_000 },
  secureCookies: true,
  trustedProxies: 0,
  now: Date.now,
  freshForMs: 3000,
  oidc: null,
};

/** What every route about parties works with. */
export interface PartyDesk {
  db: Database;
  keys: Keyring;
  sessions: SessionKeeper;
  jar: CookieJar;
  limits: AttemptLimits;
  refusals: (line: ActLine) => Promise<void>;
  signIn: SignIn;
  openId: OpenId | null;
  times: SessionTimes;
  trustedProxies: number;
  now: () => number;
  browserOf(c: Context<ApiEnv>): Browser;
  /** Null for what cannot be a token. */
  hashOf(token: string): string | null;
  organisation(id: string | null): Promise<CallerView['organisation']>;
}

export function createPartyDesk(db: Database, keys: Keyring, own: Partial<PartySettings> = {}): PartyDesk {
  const { times, secureCookies, trustedProxies, now, freshForMs, oidc } = { ...defaults, ...own };
  const limits = createAttemptLimits({ db, now });
  return {
    db,
    keys,
    limits,
    refusals: (line) => noteRefusal(db, line),
    openId: oidc && createOpenId(oidc),
    times,
    trustedProxies,
    now,
    jar: createCookieJar({ secure: secureCookies }),
    sessions: createSessionKeeper({
      find: (hash) => findSession(db, hash),
      markUsed: (hash, at) => markSessionUsed(db, hash, at),
      times,
      now,
      freshForMs,
    }),
    signIn: createSignIn({ db, passwords: createPasswords(), limits, times, now }),
    browserOf: (c) => ({
      address: addressOf(c, trustedProxies),
      userAgent: c.req.header('user-agent') ?? null,
    }),
    hashOf: hashOfToken,
    async organisation(id) {
      if (id === null) return null;
      const [row] = await db.select().from(organisations).where(eq(organisations.id, id));
      return row ? { id: row.id, kind: row.kind, name: row.name, nameEn: row.nameEn } : null;
    },
  };
}
