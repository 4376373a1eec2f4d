import { sql } from 'drizzle-orm';
import { addMonths, beijingMonth } from '../../machines/settlement/calendar.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { ownerMonths } from '../../schema/tables/owner-months.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import { fewPacks, keepFigures, periodOf } from './figures.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Of the month that runs. */
const freshForMs = 10 * minuteMs;
/** Bills of a month come in for some time after it. */
const settlesForMs = 35 * dayMs;

/** Keeps the figures of owners of many packs. Any number of processes may: the later count stands. */
export function startOwnerFigures({ db, log, everyMs = minuteMs }: { db: Database; log: Log; everyMs?: number }): {
  stop(): Promise<void>;
} {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      for (const { owner, month } of await dueFigures(db, Date.now())) {
        if (isStopping) return;
        await keepFigures(db, owner, periodOf(month, Date.now()));
      }
    } catch (error) {
      log.warn({ err: error }, 'figures of owners were not counted; trying again');
    }
    if (!isStopping) timer = setTimeout(begin, everyMs);
  };
  const begin = () => {
    looking = look();
  };
  timer = setTimeout(begin, everyMs);
  return {
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** Months whose figures have become old: this month and the last of every owner of many packs, and what was kept of earlier ones. */
export async function dueFigures(db: Database, now: number): Promise<{ owner: string; month: string }[]> {
  const thisMonth = beijingMonth(now);
  const rows = await db.execute<{ owner: string; month: string; as_of: number | null; made_at: number | null }>(sql`
    with large as (select b.owner from ${batteries} b where b.owner is not null group by b.owner having count(*) > ${fewPacks}),
    months as (
      select l.owner, m.month from large l cross join (values (${thisMonth}::text), (${addMonths(thisMonth, -1)}::text)) as m(month)
      union select o.owner, o.month from ${ownerMonths} o join large l on l.owner = o.owner)
    select m.owner, m.month, (extract(epoch from o.as_of) * 1000)::float8 as as_of, (extract(epoch from o.made_at) * 1000)::float8 as made_at
    from months m left join ${ownerMonths} o on o.owner = m.owner and o.month = m.month order by m.month desc, m.owner`);
  return rows.filter(({ month, as_of: asOf, made_at: madeAt }) => {
    if (asOf === null || madeAt === null) return true;
    const { to } = periodOf(month, now);
    if (month === thisMonth || asOf < to) return now - madeAt > freshForMs;
    return madeAt < to + settlesForMs && now - madeAt > dayMs;
  });
}
