import { and, gt, inArray, sql } from 'drizzle-orm';
import { stationTelemetry } from '../../schema/tables/station-telemetry.ts';
import type { StationTelemetry } from '../../schema/wire/api/telemetry.ts';
import type { Telemetry } from '../../schema/wire/uplink.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';

export interface TelemetryKeeperOptions {
  db: Database;
  log: Log;
  onTelemetry: (listener: (station: string, telemetry: Telemetry) => void) => () => void;
  everyMs?: number;
}

/**
 * Keeps the newest telemetry of every station where all processes see it: one statement for all that came since the last. Older values are not
 * kept; what counts is in the journal.
 */
export function startTelemetryKeeper({ db, log, onTelemetry, everyMs = 2_000 }: TelemetryKeeperOptions) {
  let fresh = new Map<string, { telemetry: Telemetry; receivedAt: Date }>();
  let writing = Promise.resolve();
  const end = onTelemetry((station, telemetry) => fresh.set(station, { telemetry, receivedAt: new Date() }));
  const timer = setInterval(() => {
    if (fresh.size === 0) return;
    const rows = [...fresh].map(
      ([
        station,
        {
          telemetry: { powerW, slots },
          receivedAt,
        },
      ]) => ({
        station,
        powerW,
        slots,
        receivedAt,
      }),
    );
    fresh = new Map();
    writing = writing
      .then(() => write(db, rows))
      .catch((error) => log.warn({ err: error, stations: rows.length }, 'telemetry is not shown'));
  }, everyMs);
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      end();
      await writing;
    },
  };
}

async function write(db: Database, rows: (typeof stationTelemetry.$inferInsert)[]): Promise<void> {
  // In one order, so that two processes at a change of ownership do not wait for each other.
  const inOrder = rows.sort((a, b) => (a.station < b.station ? -1 : 1));
  await db
    .insert(stationTelemetry)
    .values(inOrder)
    .onConflictDoUpdate({
      target: stationTelemetry.station,
      set: {
        powerW: sql`excluded.power_w`,
        slots: sql`excluded.slots`,
        receivedAt: sql`excluded.received_at`,
      },
      setWhere: sql`${stationTelemetry.receivedAt} < excluded.received_at`,
    });
}

/** What came in after that instant. */
export async function readTelemetry(db: Database, after: Date): Promise<StationTelemetry[]> {
  const rows = await db.select().from(stationTelemetry).where(gt(stationTelemetry.receivedAt, after));
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/** What stations took from the grid, W, by their id: of those that were heard since then. */
export async function readPowers(
  db: Database,
  stations: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ station: stationTelemetry.station, powerW: stationTelemetry.powerW })
    .from(stationTelemetry)
    .where(and(inArray(stationTelemetry.station, [...stations]), gt(stationTelemetry.receivedAt, since)));
  return new Map(rows.map(({ station, powerW }) => [station, powerW]));
}
