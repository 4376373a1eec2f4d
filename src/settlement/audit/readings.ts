import { and, asc, gte, lt } from 'drizzle-orm';
import { bookQuarter } from '../../../machines/cascade/dispatch-booking.ts';
import { addDays, beijingDay } from '../../../machines/settlement/calendar.ts';
import { dispatchPostings } from '../../../machines/settlement/postings.ts';
import { type PriceBook, priceAt, sayGap } from '../../../machines/settlement/price-book.ts';
import { tariffName } from '../../../machines/settlement/tariff.ts';
import { dispatchReadings } from '../../../schema/tables/dispatch.ts';
import { secondLifeSites } from '../../../schema/tables/second-life.ts';
import { siteCategories } from '../../cascade/dispatch-inputs.ts';
import type { Database } from '../../db/client.ts';
import { loadTariffs } from '../../tariffs/load.ts';
import type { Difference } from './difference.ts';
import type { Range } from './log.ts';
import { differentTransfers } from './transfers.ts';

type Row = typeof dispatchReadings.$inferSelect;
type CategoryAt = (site: string, at: number) => string | null;

const dayMs = 86_400_000;

/**
 * Prices what the meters of second-life sites have shown anew and compares it to the fen: the tariff by the site's category of that day, what the site
 * used of what was discharged, its cost and its worth, and the transfers of it. Day by day, so that a year needs no more memory than a day.
 */
export async function auditReadings(
  db: Database,
  range: Range,
): Promise<{ examined: number; differences: Difference[] }> {
  const book = await loadTariffs(db, { from: beijingDay(range.from), to: addDays(beijingDay(range.to), 1) });
  const categoryAt = await categoriesOf(db);
  const audited = { examined: 0, differences: [] as Difference[] };
  for (let from = range.from; from < range.to; from += dayMs) {
    const rows = await readDay(db, from, Math.min(from + dayMs, range.to));
    if (rows.length === 0) continue;
    audited.examined += rows.length;
    audited.differences.push(...(await auditRows(db, rows, book, categoryAt)));
  }
  return audited;
}

async function categoriesOf(db: Database): Promise<CategoryAt> {
  const sites = await db
    .select({ id: secondLifeSites.id, tariffCategory: secondLifeSites.tariffCategory })
    .from(secondLifeSites);
  const found = new Map<string, (at: number) => string>();
  for (const site of sites) found.set(site.id, await siteCategories(db, site));
  return (site, at) => found.get(site)?.(at) ?? null;
}

/** In the order in which they were booked: by quarter, then by the statement that recorded them. */
const readDay = (db: Database, from: number, to: number): Promise<Row[]> =>
  db
    .select()
    .from(dispatchReadings)
    .where(and(gte(dispatchReadings.startsAt, new Date(from)), lt(dispatchReadings.startsAt, new Date(to))))
    .orderBy(
      asc(dispatchReadings.site),
      asc(dispatchReadings.startsAt),
      asc(dispatchReadings.recordedAt),
      asc(dispatchReadings.asset),
    );

const nameOf = ({ asset, startsAt }: Row): string => `${asset}/${startsAt.toISOString()}`;

async function auditRows(db: Database, rows: readonly Row[], book: PriceBook, categoryAt: CategoryAt) {
  const differences: Difference[] = [];
  const causes: Parameters<typeof differentTransfers>[2][number][] = [];
  for (const quarter of groupsBy(rows, ({ site, startsAt }) => `${site} ${startsAt.getTime()}`)) {
    const known: { chargeWh: number; usedWh: number }[] = [];
    for (const together of groupsBy(quarter, ({ recordedAt }) => String(recordedAt.getTime()))) {
      const rebuilt = rebuild(together, known, book, categoryAt);
      for (const row of together) {
        const made = rebuilt.get(row.asset);
        const stored = { ...row };
        if (made === undefined) continue;
        for (const what of Object.keys(made) as (keyof typeof made)[])
          if (stored[what] !== made[what])
            differences.push({ kind: 'reading', id: nameOf(row), what, stored: stored[what], rebuilt: made[what] });
        known.push({ chargeWh: row.chargeWh, usedWh: made.usedWh });
        causes.push({ causeId: nameOf(row), postings: dispatchPostings(made) });
      }
    }
  }
  return [...differences, ...(await differentTransfers(db, 'dispatch', causes))];
}

/** What readings of one quarter of a site, recorded by one statement, come to. */
function rebuild(
  together: readonly Row[],
  known: readonly { chargeWh: number; usedWh: number }[],
  book: PriceBook,
  categoryAt: CategoryAt,
) {
  const [one] = together;
  const at = one?.startsAt.getTime() ?? 0;
  const category = one && categoryAt(one.site, at);
  const price = category ? priceAt(book, category, at) : null;
  const priced = price !== null && !('gap' in price);
  const priceMicro = priced ? price.micro : 0;
  const booked = bookQuarter({ loadWh: one?.loadWh ?? 0, priceMicro, known, readings: together });
  const tariff = priced ? tariffName(price.tariff) : price === null ? 'no such site' : sayGap(price.gap);
  return new Map(
    together.map(({ asset }) => [
      asset,
      {
        tariff,
        period: priced ? price.period : '',
        priceMicro,
        ...(booked.get(asset) ?? { usedWh: 0, costFen: 0, worthFen: 0 }),
      },
    ]),
  );
}

/** Neighbours with the same name. */
function groupsBy<T>(rows: readonly T[], nameOf: (row: T) => string): T[][] {
  const groups: T[][] = [];
  let last: string | null = null;
  for (const row of rows) {
    const name = nameOf(row);
    if (name === last) groups.at(-1)?.push(row);
    else groups.push([row]);
    last = name;
  }
  return groups;
}
