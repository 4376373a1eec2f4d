import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Tariff, tariffPeriods } from '../../schema/wire/settlement/tariff.ts';
import { beijingAugust2026 } from '../../src/tariffs/beijing.ts';

/**
 * Compares the tables of August 2026 that ship with the service with those of a file, and prints one line of JSON:
 * `npm run evaluate:tariff -- ../shared/data/beijing_tariff/2026-08.json`. Ends with 1 where they differ.
 */
const hours = z.array(z.string());
const price = z.number().optional();
const published = z.object({
  validFrom: z.string(),
  validTo: z.string(),
  periods: z.object({
    peak: hours,
    flat: hours,
    valley: hours,
    critical: z.array(z.object({ months: z.array(z.number()), hours })),
  }),
  categories: z.array(
    z.object({
      id: z.string(),
      critical: price,
      peak: price,
      flat: price,
      valley: price,
      capacityCharge: z.object({ perKvaMonth: z.number(), perKwMonth: z.number() }).optional(),
    }),
  ),
});
type Published = z.infer<typeof published>;

const ranges = (of: readonly { from: string; to: string }[]) => of.map(({ from, to }) => `${from}-${to}`);

/** A table in the form of the file. */
const written = ({ validFrom, validTo, periods: { peak, flat, valley, critical } }: Tariff) => ({
  validFrom,
  validTo,
  periods: {
    peak: ranges(peak),
    flat: ranges(flat),
    valley: ranges(valley),
    critical: critical.map((each) => ({ months: each.months, hours: ranges(each.hours) })),
  },
});

function differences({ categories, ...days }: Published, tables: readonly Tariff[]): string[] {
  const missing = categories.filter(({ id }) => !tables.some(({ category }) => category === id));
  return tables
    .flatMap((table) => {
      const row = categories.find(({ id }) => id === table.category);
      if (!row) return [`${table.category} is not in the file`];
      const micro = (yuan: number | undefined) => (yuan === undefined ? undefined : Math.round(yuan * 1e6));
      const wrong = tariffPeriods
        .filter((period) => micro(row[period]) !== table.prices[period])
        .map((period) => `${table.category} ${period}: ${table.prices[period]}, in the file ${micro(row[period])}`);
      const { perKvaMonthMicro, perKwMonthMicro } = table.capacityCharge ?? {};
      const capacity = [micro(row.capacityCharge?.perKvaMonth), micro(row.capacityCharge?.perKwMonth)];
      return [
        ...wrong,
        ...(isDeepStrictEqual(written(table), days) ? [] : [`${table.category}: other days or hours`]),
        ...(isDeepStrictEqual([perKvaMonthMicro, perKwMonthMicro], capacity)
          ? []
          : [`${table.category}: capacity charge`]),
      ];
    })
    .concat(missing.map(({ id }) => `${id} is only in the file`));
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('npm run evaluate:tariff -- <file>');
const found = published.parse(JSON.parse(await readFile(file, 'utf8')));
const tables = beijingAugust2026();
const differing = differences(found, tables);
const prices = tables.reduce((sum, table) => sum + Object.keys(table.prices).length, 0);
console.log(JSON.stringify({ file, tables: tables.length, prices, differences: differing }));
if (differing.length > 0) process.exitCode = 1;
