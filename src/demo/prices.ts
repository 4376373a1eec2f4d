import { addMonths, firstDay } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import { runStatement } from '../db/statement.ts';
import { beijingAugust2026, beijingDemo } from '../tariffs/beijing.ts';
import { publishTariff, setStationTariff } from '../tariffs/store.ts';

const category = 'single-rate-1-10kV';
const official = { from: '2026-08-01', to: '2026-09-01' };
const yearsAhead = 2;

/** The official tables of August 2026, and the same prices, marked as such, for the months before and after that the demo lives in. */
export async function seedTariffs(db: Database, month: string, by: string): Promise<void> {
  const first = [firstDay(addMonths(month, -3)), '2026-01-01'].sort()[0] ?? '';
  const last = [firstDay(addMonths(month, 12 * yearsAhead)), '2028-01-01'].sort()[1] ?? '';
  const tables = [...beijingDemo(first, official.from), ...beijingAugust2026(), ...beijingDemo(official.to, last)];
  for (const table of tables) await runStatement(db, publishTariff(table, by));
}

/** What the station pays for electricity, from the first day of a month on. One that has a category keeps it. */
export async function seedCategory(db: Database, station: string, month: string, by: string): Promise<void> {
  await runStatement(db, setStationTariff({ station, fromDay: firstDay(month), category, by }));
}
