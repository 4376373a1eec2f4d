import { sql } from 'drizzle-orm';
import { signInAttempts } from '../../schema/tables/sessions.ts';
import type { Database } from '../db/client.ts';
import { hashToken } from './tokens.ts';

/** How many attempts one subject has within `windowMs`, counted from its first. */
export interface Limit {
  subject: string;
  most: number;
}

const windowMs = 15 * 60_000;
/** Told in `docs/operations.md`. */
const keptMs = 24 * 3_600_000;

/** The address of a person is no text for a table of attempts. */
export const byEmail = (email: string): Limit => ({ subject: `email:${hashToken(email)}`, most: 10 });
/** An office or a fleet may share one address. */
export const byAddress = (address: string): Limit => ({ subject: `address:${address}`, most: 100 });
/** Wrong secrets for a key that exists, from one address. The right secret is never stopped by others' guesses. */
export const byKey = (id: string, address: string): Limit => ({ subject: `key:${id}:${address}`, most: 20 });

export interface AttemptLimits {
  /**
   * Counts an attempt before it is looked at, so that attempts made at once all count. Returns how long to wait, or null when it may be
   * looked at. `isNew`: this process learns only now that it is over.
   */
  take(...limits: Limit[]): Promise<{ retryAfterS: number; isNew: boolean } | null>;
  /** It was a good one: the first limit is forgotten, the others get their attempt back. */
  giveBack(...limits: Limit[]): Promise<void>;
}

export interface AttemptLimitOptions {
  db: Database;
  now?: () => number;
}

/** Kept in the database, so that neither a restart nor another process forgives anything. */
export function createAttemptLimits({ db, now = Date.now }: AttemptLimitOptions): AttemptLimits {
  /** Subjects that are over their limit, until when: they cost the database nothing more. */
  const blocked = new Map<string, number>();
  const refuse = (until: number, isNew: boolean) => ({
    retryAfterS: Math.max(1, Math.ceil((until - now()) / 1000)),
    isNew,
  });

  return {
    async take(...limits) {
      const known = Math.max(0, ...limits.map(({ subject }) => blocked.get(subject) ?? 0));
      if (known > now()) return refuse(known, false);
      for (const { subject } of limits) blocked.delete(subject);
      const mostOf = new Map(limits.map(({ subject, most }) => [subject, most]));
      const counted = await count(db, [...mostOf.keys()], new Date(now()));
      let until = 0;
      for (const { subject, count: attempts, since } of counted) {
        if (attempts <= (mostOf.get(subject) ?? 0)) continue;
        const end = since.getTime() + windowMs;
        if (blocked.size < 10_000) blocked.set(subject, end);
        until = Math.max(until, end);
      }
      return until > 0 ? refuse(until, true) : null;
    },
    async giveBack(...limits) {
      const [first, ...others] = limits.map(({ subject }) => subject);
      if (first === undefined) return;
      const old = new Date(now() - keptMs);
      await db.execute(sql`
        with forgotten as (
          delete from ${signInAttempts} where subject = ${first} or since < ${old.toISOString()}::timestamptz)
        update ${signInAttempts} set count = greatest(0, count - 1)
        where subject in ${others.length > 0 ? others : ['']} and since >= ${old.toISOString()}::timestamptz`);
      blocked.delete(first);
    },
  };
}

/** What nobody has tried for a day is forgotten, some at a time. Gives how many rows. */
export async function forgetAttempts(db: Database, olderThanMs = keptMs): Promise<number> {
  const rows = await db.execute(sql`
    delete from ${signInAttempts} where subject in (
      select subject from ${signInAttempts} where since < now() - make_interval(secs => ${olderThanMs / 1000}::float8) limit 1000)
    returning subject`);
  return rows.length;
}

/** One statement; the rows in one order, or two of them would wait for each other. */
async function count(db: Database, subjects: readonly string[], at: Date) {
  const begun = new Date(at.getTime() - windowMs);
  return db
    .insert(signInAttempts)
    .values([...subjects].sort().map((subject) => ({ subject, count: 1, since: at })))
    .onConflictDoUpdate({
      target: signInAttempts.subject,
      set: {
        count: sql`case when ${signInAttempts.since} <= ${begun.toISOString()}::timestamptz then 1 else ${signInAttempts.count} + 1 end`,
        since: sql`case when ${signInAttempts.since} <= ${begun.toISOString()}::timestamptz then excluded.since else ${signInAttempts.since} end`,
      },
    })
    .returning({ subject: signInAttempts.subject, count: signInAttempts.count, since: signInAttempts.since });
}
