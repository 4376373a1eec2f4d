import { sql } from 'drizzle-orm';
import { type FollowUpConsumer, followUps } from '../../schema/tables/follow-ups.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import type { Handled, Stuck } from './consumer.ts';

const texts = (values: readonly string[]) => sql`${sql.param([...values])}::text[]`;

/**
 * Takes facts that are due, so that for a while nobody else does. No lock is held afterwards: whoever dies with them lets them come back. Two
 * may still end up with the same fact; the statement that takes its row away decides.
 */
export async function claim(
  db: Database,
  { consumer, most, forMs }: { consumer: FollowUpConsumer; most: number; forMs: number },
): Promise<string[]> {
  const rows = await db.execute<{ subject: string }>(sql`
    with due as materialized (
      select subject from ${followUps} where consumer = ${consumer} and due_at <= now()
      order by due_at limit ${most} for update skip locked)
    update ${followUps} f set due_at = now() + ${forMs} * interval '1 millisecond'
    from due where f.consumer = ${consumer} and f.subject = due.subject returning f.subject`);
  return rows.map(({ subject }) => subject);
}

/** One statement: the rows go and what follows from them is written, or neither. Gives how many were still there. */
export async function finish(db: Database, consumer: FollowUpConsumer, { done, parts }: Handled): Promise<number> {
  if (done.length === 0) return 0;
  const row = await runStatement(
    db,
    statement<{ count: number }>({
      parts: {
        // In one order, so that two who take the same rows away do not wait for each other.
        held: sql`select subject from ${followUps} where consumer = ${consumer} and subject = any(${texts(done)})
          order by subject for update`,
        gone: sql`delete from ${followUps} f using held where f.consumer = ${consumer} and f.subject = held.subject
          returning f.subject`,
        ...parts?.(sql`gone`),
      },
      result: sql`select count(*)::int as count from gone`,
    }),
  );
  return row?.count ?? 0;
}

const firstRetryMs = 2_000;
const lastRetryMs = 600_000;

/** Wait after the nth failure: doubling, up to ten minutes, and spread so that many stuck facts do not come back at once. */
export const retryMs = (attempts: number, random: () => number): number =>
  Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20)) * (0.75 + random() / 2);

export async function setAside(
  db: Database,
  consumer: FollowUpConsumer,
  stuck: readonly Stuck[],
  waitMs: (attempts: number) => number,
): Promise<void> {
  if (stuck.length === 0) return;
  // How long depends on how often it was tried, which the row knows: a table of waits goes along.
  const waits = Array.from({ length: 12 }, (_, attempts) => Math.round(waitMs(attempts)));
  await db.execute(sql`
    with why as materialized (
      select * from unnest(${texts(stuck.map(({ subject }) => subject))}, ${texts(stuck.map(problemOf))}) as t(subject, problem)),
    held as materialized (
      select f.subject from ${followUps} f join why on why.subject = f.subject where f.consumer = ${consumer}
      order by f.subject for update of f)
    update ${followUps} f set attempts = f.attempts + 1, problem = why.problem,
      due_at = now() + (${sql.param(waits)}::int[])[least(f.attempts, 11) + 1] * interval '1 millisecond'
    from why, held where f.consumer = ${consumer} and f.subject = held.subject and why.subject = f.subject`);
}

/** `tariffGap: tariff x has no price table for 2026-09-01`. */
const problemOf = ({ code, detail }: Stuck): string => `${code}: ${storable(detail)}`.slice(0, 500);

const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd').toWellFormed();

/** It is too early for these: no problem, and no attempt. */
export async function putOff(
  db: Database,
  consumer: FollowUpConsumer,
  later: readonly { subject: string; afterMs: number }[],
): Promise<void> {
  if (later.length === 0) return;
  await db.execute(sql`
    with early as materialized (
      select * from unnest(${texts(later.map(({ subject }) => subject))}, ${sql.param(later.map(({ afterMs }) => Math.round(afterMs)))}::int[]) as t(subject, ms)),
    held as materialized (
      select f.subject from ${followUps} f join early on early.subject = f.subject where f.consumer = ${consumer}
      order by f.subject for update of f)
    update ${followUps} f set problem = null, due_at = now() + early.ms * interval '1 millisecond'
    from early, held where f.consumer = ${consumer} and f.subject = held.subject and early.subject = f.subject`);
}
