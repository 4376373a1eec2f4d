import { and, count, gt, lte } from 'drizzle-orm';
import { type PriceBook, priceBook } from '../../machines/settlement/price-book.ts';
import { stationTariffs, tariffs } from '../../schema/tables/tariffs.ts';
import type { Database } from '../db/client.ts';

/** All prices that count between two days, both included. */
export async function loadTariffs(db: Database, { from, to }: { from: string; to: string }): Promise<PriceBook> {
  const [tables, stations] = await Promise.all([
    db
      .select({ table: tariffs.table })
      .from(tariffs)
      .where(and(lte(tariffs.validFrom, to), gt(tariffs.validTo, from))),
    db
      .select({ station: stationTariffs.station, fromDay: stationTariffs.fromDay, category: stationTariffs.category })
      .from(stationTariffs)
      .where(lte(stationTariffs.fromDay, to)),
  ]);
  return priceBook(
    tables.map(({ table }) => table),
    stations,
  );
}

/**
 * The same for every day, for a worker that asks again and again. Both tables only ever grow, so their counts name what they hold: they are
 * asked each time, and the rows are read only when one has come.
 */
export function createTariffSource(db: Database): () => Promise<PriceBook> {
  let kept: { name: string; book: PriceBook } | null = null;
  return async () => {
    const [[tables], [stations]] = await Promise.all([
      db.select({ rows: count() }).from(tariffs),
      db.select({ rows: count() }).from(stationTariffs),
    ]);
    // Counted before they are read: a row that comes in between is read again, never missed.
    const name = `${tables?.rows}/${stations?.rows}`;
    if (kept?.name !== name) kept = { name, book: await loadTariffs(db, always) };
    return kept.book;
  };
}

const always = { from: '0001-01-01', to: '9999-12-31' };
