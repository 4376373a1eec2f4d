import { and, eq } from 'drizzle-orm';
import { events } from '../../schema/tables/events.ts';
import { outbox } from '../../schema/tables/outbox.ts';
import type { ApiCommand } from '../../schema/wire/api/command.ts';
import { actionId } from '../../schema/wire/api/command.ts';
import { commandId } from '../../schema/wire/command-id.ts';
import type { Database } from '../db/client.ts';

export const actionIdOf = (station: string, bay: string, eventN: number): string =>
  `${station}/${bay}/action/${eventN}`;

/** A command to a station, or a person's to a bay; null for any other text. */
export async function readCommand(db: Database, id: string): Promise<ApiCommand | null> {
  if (commandId.safeParse(id).success) {
    const [row] = await db.select().from(outbox).where(eq(outbox.id, id));
    return row ? toCommand(row) : null;
  }
  if (!actionId.safeParse(id).success) return null;
  const [station = '', , , n] = id.split('/');
  const [row] = await db
    .select()
    .from(events)
    .where(and(eq(events.station, station), eq(events.n, Number(n)), eq(events.source, 'action')));
  // The bay is part of the name, so another bay's number names nothing.
  return row?.bay && actionIdOf(station, row.bay, row.n) === id ? toAction(row, row.bay) : null;
}

/**
 * The command as it was in the commit that made it, whatever has become of it since: what an action is answered with, the first time and in a
 * replay. An action that needed no command is over with that commit.
 */
export const asQueued = (command: ApiCommand): ApiCommand =>
  actionId.safeParse(command.id).success
    ? command
    : {
        ...command,
        delivery: 'queued',
        sentAt: null,
        acceptedAt: null,
        cancelledAt: null,
        settledAt: null,
        result: null,
      };

export function toCommand(row: typeof outbox.$inferSelect): ApiCommand {
  // The message is kept as text, byte for byte as it is sent.
  const { params } = JSON.parse(row.message) as { params: ApiCommand['params'] };
  return {
    id: row.id,
    station: row.station,
    bay: row.bay,
    swap: row.swap,
    type: row.type,
    params,
    delivery: row.state,
    eventN: row.eventN,
    queuedAt: row.queuedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    cancelledAt: row.cancelledAt?.toISOString() ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
    result: row.result,
  };
}

function toAction(row: typeof events.$inferSelect, bay: string): ApiCommand {
  const { reason, resolution, pack } = row.body as Record<string, unknown>;
  const at = row.recordedAt.toISOString();
  return {
    id: actionIdOf(row.station, bay, row.n),
    station: row.station,
    bay,
    swap: row.swap,
    type: row.type as ApiCommand['type'],
    params: { reason, ...(resolution ? { resolution } : {}), ...(pack ? { pack } : {}) },
    delivery: 'completed',
    eventN: row.n,
    queuedAt: at,
    sentAt: null,
    acceptedAt: at,
    cancelledAt: null,
    settledAt: at,
    result: { outcome: 'completed', reason: null, detail: null, durationMs: 0 },
  };
}
