import { eq } from 'drizzle-orm';
import { outbox } from '../../schema/tables/outbox.ts';
import type { ApiCommand } from '../../schema/wire/api/command.ts';
import type { Database } from '../db/client.ts';

export async function readCommand(db: Database, id: string): Promise<ApiCommand | null> {
  const [row] = await db.select().from(outbox).where(eq(outbox.id, id));
  return row ? toCommand(row) : null;
}

function toCommand(row: typeof outbox.$inferSelect): ApiCommand {
  // The message is kept as text, byte for byte as it is sent.
  const { params } = JSON.parse(row.message) as { params: ApiCommand['params'] };
  return {
    id: row.id,
    station: row.station,
    bay: row.bay,
    swap: row.swap,
    type: row.type as ApiCommand['type'],
    params,
    delivery: row.state,
    eventN: row.eventN,
    queuedAt: row.queuedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    cancelledAt: row.cancelledAt?.toISOString() ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
    result: row.result as ApiCommand['result'],
  };
}
