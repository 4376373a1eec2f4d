import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oneStatement } from '../db/statement.ts';
import { alarmParts } from '../stations/alarm-parts.ts';

/**
 * What is stuck, per station and kind. A fact's subject begins with its station: a swap's id with `station.`, a charge's with `station/`. What
 * concerns no station, such as a pack moved between places outside, is in the metrics and the list alone.
 */
const stuck = sql`
  select split_part(split_part(f.subject, '/', 1), '.', 1) as station, f.consumer, split_part(f.problem, ':', 1) as code, count(*)::int as facts,
    min(f.problem) as problem, min(f.subject) as subject
  from follow_ups f where f.problem is not null and f.consumer <> 'trace' group by 1, 2, 3`;

/** Raises an alarm at each station that has facts nobody could follow up, one per kind, and clears it when there are none. */
export async function watchProblems(db: Database): Promise<number> {
  const parts = alarmParts({
    wanted: sql`
      select station, 'followUp/' || consumer || '/' || code as key, code, 1 as level, left(facts || ' x ' || subject || ': ' || problem, 300) as detail,
        jsonb_build_object('consumer', consumer, 'code', code, 'stuck', facts, 'problem', problem) as body
      from stuck`,
    ours: sql`a.key like 'followUp/%'`,
    cause: 'settlement',
    came: 'followUpsStuck',
    went: 'followUpsHealed',
  });
  const [row] = await db.execute<{ alarms: number }>(
    oneStatement({ stuck, ...parts }, sql`select count as alarms from alarms_changed`),
  );
  return row?.alarms ?? 0;
}

export interface Backlog {
  consumer: string;
  waiting: number;
  stuck: number;
  /** Age of the oldest, seconds. */
  oldestS: number;
}

export async function readBacklog(db: Database): Promise<Backlog[]> {
  const rows = await db.execute<{ consumer: string; waiting: number; stuck: number; oldest_s: number }>(sql`
    select consumer, count(*)::int as waiting, count(problem)::int as stuck,
      greatest(0, extract(epoch from now() - min(created_at)))::float8 as oldest_s
    from follow_ups group by consumer`);
  return rows.map(({ consumer, waiting, stuck: withProblem, oldest_s }) => ({
    consumer,
    waiting,
    stuck: withProblem,
    oldestS: oldest_s,
  }));
}
