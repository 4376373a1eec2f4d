import { type Caller, callerOf } from '../api/keys.ts';
import type { Session, SessionTimes, User } from './session-store.ts';
import { hashOfToken } from './tokens.ts';

/** A user who is signed in, as a request comes. */
export interface SignedIn {
  caller: Caller;
  user: User;
  session: Session;
}

export interface SessionKeeperOptions {
  find(hash: string): Promise<{ session: Session; user: User } | null>;
  markUsed(hash: string, at: Date): Promise<void>;
  times: SessionTimes;
  /** Milliseconds of wall clock. */
  now?: () => number;
  /** A session revoked by another process works at most this much longer. */
  freshForMs?: number;
  maxCached?: number;
}

export interface SessionKeeper {
  /** Who it is, or null for any token that does not work now. `use` false: only asked whether it still works. */
  verify(token: string, use?: boolean): Promise<SignedIn | null>;
  /** Something was changed about users or sessions here: the next request reads them anew. */
  forget(): void;
}

const useNotedEveryMs = 60_000;

/** Verifies session tokens through a small cache, as keys are, so that a request costs no query. */
export function createSessionKeeper(options: SessionKeeperOptions): SessionKeeper {
  const { find, markUsed, times, now = Date.now, freshForMs = 3000, maxCached = 1000 } = options;
  const cache = new Map<string, { found: { session: Session; user: User } | null; readAt: number }>();
  /** So that what was being read while something changed is not kept. */
  let changes = 0;

  const lookUp = async (hash: string) => {
    const hit = cache.get(hash);
    if (hit && now() - hit.readAt < freshForMs && now() >= hit.readAt) return hit.found;
    const before = changes;
    const readAt = now();
    const found = await find(hash);
    cache.delete(hash);
    if (before === changes) cache.set(hash, { found, readAt });
    const oldest = cache.keys().next().value;
    if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest);
    return found;
  };

  return {
    forget() {
      changes += 1;
      cache.clear();
    },
    async verify(token, use = true) {
      const hash = hashOfToken(token);
      const found = hash === null ? null : await lookUp(hash);
      if (found === null) return null;
      const { session, user } = found;
      const at = now();
      const ended = session.revokedAt !== null || session.expiresAt.getTime() <= at;
      if (ended || session.lastUsedAt.getTime() + times.idleMs <= at || user.disabledAt !== null) return null;
      if (use && at - session.lastUsedAt.getTime() >= useNotedEveryMs) {
        session.lastUsedAt = new Date(at);
        await markUsed(session.hash, session.lastUsedAt);
      }
      const { id, name, role, organisation, stations } = user;
      const caller = callerOf({ key: `user:${id}`, label: name, role, organisation, stations, scopes: null });
      return { caller, user, session };
    },
  };
}
