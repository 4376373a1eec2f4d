import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../schema/wire/api/access.ts';
import { type Scope, scopeOf } from './scope.ts';
import type { Tenant } from './tenancy.ts';

/** `pl_<public id>_<256 secret bits>`. The id finds the row and names the key in logs; only the hash is stored. */
const keyPattern = /^pl_([a-f0-9]{12})_[A-Za-z0-9_-]{43}$/;

export interface NewKey {
  /** Shown once, never stored by the service. */
  key: string;
  id: string;
  hash: string;
}

export function newKey(random: (bytes: number) => Buffer = randomBytes): NewKey {
  const id = random(6).toString('hex');
  const key = `pl_${id}_${random(32).toString('base64url')}`;
  return { key, id, hash: hashKey(key) };
}

/** SHA-256 in hex. It is enough: the key has 256 random bits, so there is nothing to guess. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export const keyIdOf = (key: string): string | null => keyPattern.exec(key)?.[1] ?? null;

/** Who makes a request. */
export interface Caller extends Tenant {
  /** Public id of the key, or `user:<id>`; stands in logs and as the actor of actions. */
  key: string;
  label: string;
  /** Such as `swaps:read`; null: all that its role may. */
  scopes: readonly string[] | null;
  /** What follows from role, organisation and stations. */
  scope: Scope;
}

export interface StoredKey {
  id: string;
  hash: string;
  role: Role;
  label: string;
  /** Bound to these; empty: to none. */
  stations: string[];
  organisation: string | null;
  scopes: string[] | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface KeyringOptions {
  find(id: string): Promise<StoredKey | null>;
  /** Notes that the key is in use; called at most once a minute for each. */
  markUsed?: (id: string) => Promise<void>;
  /** Milliseconds of wall clock. */
  now?: () => number;
  /** A revoked key works at most this much longer. */
  freshForMs?: number;
  maxCached?: number;
}

export interface Keyring {
  /** The caller, or null for any key that does not work now. */
  verify(key: string): Promise<Caller | null>;
  /** Something was changed about keys here: the next request reads them anew. */
  forget(): void;
}

/** Makes a caller of what is stored of it. An empty list of stations is no bound. */
export function callerOf(of: {
  key: string;
  label: string;
  role: Role;
  organisation: string | null;
  stations: readonly string[];
  scopes: readonly string[] | null;
}): Caller {
  const stations = of.stations.length > 0 ? of.stations : null;
  return { ...of, stations, scope: scopeOf({ ...of, stations }) };
}

const useNotedEveryMs = 60_000;

interface Cached {
  stored: StoredKey | null;
  readAt: number;
}

/** Verifies keys against the table, through a small cache so that a request costs no query. Unknown ids are cached too. */
export function createKeyring(options: KeyringOptions): Keyring {
  const { find, markUsed, now = Date.now, freshForMs = 3000, maxCached = 1000 } = options;
  const cache = new Map<string, Cached>();
  const usedAt = new Map<string, number>();

  const touch = async (id: string): Promise<void> => {
    if (markUsed === undefined || now() - (usedAt.get(id) ?? 0) < useNotedEveryMs) return;
    if (usedAt.size >= maxCached) usedAt.clear();
    usedAt.set(id, now());
    // A key works also while its use cannot be noted.
    await markUsed(id).catch(() => usedAt.delete(id));
  };

  const lookUp = async (id: string): Promise<StoredKey | null> => {
    const hit = cache.get(id);
    if (hit && now() - hit.readAt < freshForMs) return hit.stored;
    const readAt = now();
    const stored = await find(id);
    cache.delete(id);
    cache.set(id, { stored, readAt });
    const oldest = cache.keys().next().value;
    if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest);
    return stored;
  };

  return {
    forget: () => cache.clear(),
    async verify(key) {
      const id = keyIdOf(key);
      if (id === null) return null;
      const stored = await lookUp(id);
      const given = Buffer.from(hashKey(key), 'hex');
      // Compared even when nothing was found, so that both answers take the same time.
      const expected = Buffer.from(stored?.hash ?? '', 'hex');
      const same = timingSafeEqual(given, expected.length === given.length ? expected : Buffer.alloc(given.length));
      if (!same || stored === null || stored.revokedAt !== null) return null;
      if (stored.expiresAt !== null && stored.expiresAt.getTime() <= now()) return null;
      const { label, role, organisation, stations, scopes } = stored;
      await touch(id);
      return callerOf({ key: id, label, role, organisation, stations, scopes });
    },
  };
}
