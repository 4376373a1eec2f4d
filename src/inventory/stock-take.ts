import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { incidents } from '../../schema/tables/alarms.ts';
import { custody } from '../../schema/tables/custody.ts';
import { stations } from '../../schema/tables/stations.ts';
import { type SlotDifference, type SlotSeen, stockTakes } from '../../schema/tables/stock-takes.ts';
import type { StockTake } from '../../schema/wire/api/inventory.ts';
import { unreadable } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { actParts, marksPart, notified } from './station-act.ts';

type Row = typeof stockTakes.$inferSelect;

const cursor = cursorCodec('stock-takes', z.int().min(1));
export const differenceKey = (slot: number): string => `stocktake/slot/${slot}`;

/** Where the packs were, and since when: of the slots of the station and of every pack that was seen. */
export interface Ledger {
  slots: number;
  at: Map<string, string>;
  since: Map<string, number>;
}

export async function readLedger(db: Database, station: string, seen: readonly SlotSeen[]): Promise<Ledger | null> {
  const codes = seen.flatMap(({ pack }) => (pack === null || pack === unreadable ? [] : [pack]));
  const [[found], rows] = await Promise.all([
    db
      .select({ slots: sql<number>`(${stations.type} ->> 'slots')::int` })
      .from(stations)
      .where(eq(stations.id, station)),
    db
      .select({ pack: custody.pack, kind: custody.kind, place: custody.place, since: custody.since })
      .from(custody)
      .where(
        sql`(${custody.station} = ${station} and ${custody.kind} = 'slot') or ${custody.pack} = any(${sql.param(codes)}::text[])`,
      ),
  ]);
  if (!found) return null;
  return {
    slots: found.slots,
    at: new Map(rows.filter(({ kind }) => kind === 'slot').map(({ place, pack }) => [place, pack])),
    since: new Map(rows.map(({ pack, since }) => [pack, since.getTime()])),
  };
}

/** What was seen against what the ledger has. Where something has moved since it was seen, what was seen says nothing. */
export function compare(
  station: string,
  seen: readonly SlotSeen[],
  { at, since }: Ledger,
  takenAt: number,
): SlotDifference[] {
  const movedSince = (pack: string | null) => pack !== null && (since.get(pack) ?? 0) > takenAt;
  return seen.flatMap(({ slot, pack }) => {
    const ledger = at.get(`${station}/slot/${slot}`) ?? null;
    // A pack whose code nobody can read is no other pack than the one that should be there.
    const same = ledger === pack || (pack === unreadable && ledger !== null);
    return same || movedSince(ledger) || movedSince(pack) ? [] : [{ slot, pack, ledger }];
  });
}

export interface Taken {
  station: string;
  by: string;
  note: string | null;
  takenAt: string;
  seen: SlotSeen[];
  differences: SlotDifference[];
}

/** The stock-take, its differences as incidents, and those of earlier ones that this one does not find any more: one statement. No custody moves. */
export function recordStockTake(take: Taken): Statement<Record<string, unknown>> {
  const { station, by, note, takenAt, seen, differences } = take;
  const differing = new Set(differences.map(({ slot }) => slot));
  const agreeing = seen.flatMap(({ slot }) => (differing.has(slot) ? [] : [differenceKey(slot)]));
  const opened = differences.map(({ slot, pack, ledger }) => ({
    key: differenceKey(slot),
    packs: [ledger, pack].filter((code) => code !== null && code !== unreadable),
    detail: `${by} saw ${pack ?? 'nothing'} in slot ${slot} at ${takenAt}; the ledger has ${ledger ?? 'nothing'} there`,
  }));
  return statement<Record<string, unknown>>({
    parts: {
      marks: marksPart([station]),
      agreed: sql`select station from marks`,
      ...actParts({ stations: [station], type: 'stockTaken', by, body: { note, takenAt, seen, differences } }),
      opened: sql`
        insert into ${incidents} as a (station, key, code, packs, detail, opened_at, opened_n)
        select r.station, x.key, 'stockTakeDiffers', x.packs, x.detail, ${takenAt}::timestamptz, r.event_n
        from raised r, jsonb_to_recordset(${JSON.stringify(opened)}::text::jsonb) as x(key text, packs jsonb, detail text)
        on conflict (station, key) do update set packs = excluded.packs, detail = excluded.detail, opened_at = excluded.opened_at,
          opened_n = excluded.opened_n, closed_at = null, closed_detail = null, closed_by = null, closed_by_n = null,
          times = a.times + (a.closed_at is not null)::int`,
      settled: sql`
        update ${incidents} a set closed_at = now(), closed_by = ${by}, closed_by_n = a.opened_n,
          closed_detail = 'a later stock-take finds what the ledger has'
        from raised r where a.station = r.station and a.key = any(${sql.param(agreeing)}::text[]) and a.closed_at is null`,
      made: sql`
        insert into ${stockTakes} (station, by, note, taken_at, seen, differences, event_n)
        select r.station, ${by}, ${note}::text, ${takenAt}::timestamptz, ${JSON.stringify(seen)}::text::jsonb,
          ${JSON.stringify(differences)}::text::jsonb, r.event_n
        from raised r returning *`,
    },
    result: sql`select made.*, ${notified} as told from made`,
  });
}

export const takeOf = (row: Readonly<Record<string, unknown>>): StockTake => toTake(rowOf(stockTakes, row));

export async function listStockTakes(
  db: Database,
  station: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<StockTake>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(stockTakes)
    .where(and(eq(stockTakes.station, station), after === null ? undefined : lt(stockTakes.id, after)))
    .orderBy(desc(stockTakes.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.id), toTake);
}

const toTake = ({ takenAt, recordedAt, ...same }: Row): StockTake => ({
  ...same,
  takenAt: takenAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});
