import { and, asc, between, eq, or, type SQL, sql } from 'drizzle-orm';
import { events } from '../../schema/tables/events.ts';
import { outbox } from '../../schema/tables/outbox.ts';
import { swapSteps } from '../../schema/tables/swaps.ts';
import type { ApiCommand } from '../../schema/wire/api/command.ts';
import type { LogEvent } from '../../schema/wire/api/log.ts';
import type { Swap } from '../../schema/wire/api/swap.ts';
import type { Database } from '../db/client.ts';
import { toCommand } from '../stations/command-queries.ts';
import { toEvent } from '../stations/log-queries.ts';

/** Lines of the log before and after a swap's commands among which its others stand: arrival and way out of the car. */
const linesAround = 300;
const mostEvents = 500;

/** What the log says of a swap, and what was commanded for it, both in order. */
export async function readSwapLog(db: Database, swap: Swap): Promise<{ events: LogEvent[]; commands: ApiCommand[] }> {
  const commands = await db
    .select({ command: outbox })
    .from(swapSteps)
    .innerJoin(outbox, eq(outbox.id, swapSteps.commandId))
    .where(eq(swapSteps.swap, swap.id))
    .orderBy(asc(outbox.eventN), asc(outbox.id));
  const ns = commands.map(({ command }) => command.eventN);
  const found = ns.length === 0 ? [] : await readEvents(db, swap, Math.min(...ns), Math.max(...ns));
  return { events: found, commands: commands.map(({ command }) => toCommand(command)) };
}

/** Neighbours of its commands: those that name it, and all of its bay while the car stood there. No index over swaps is kept for this. */
async function readEvents(db: Database, swap: Swap, first: number, last: number): Promise<LogEvent[]> {
  const end = swap.leftAt ?? swap.endedAt;
  const inBay: SQL | undefined = and(
    eq(events.bay, swap.bay),
    sql`${events.occurredAt} >= ${swap.enteredAt ?? swap.inPositionAt}::timestamptz`,
    end === null ? undefined : sql`${events.occurredAt} <= ${end}::timestamptz`,
  );
  const rows = await db
    .select()
    .from(events)
    .where(
      and(
        eq(events.station, swap.station),
        between(events.n, first - linesAround, last + linesAround),
        sql`${events.recordedAt} >= ${swap.inPositionAt}::timestamptz - interval '1 day'`,
        or(eq(events.swap, swap.id), inBay),
      ),
    )
    .orderBy(asc(events.n))
    .limit(mostEvents);
  return rows.map(toEvent);
}
