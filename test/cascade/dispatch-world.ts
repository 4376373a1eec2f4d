import type { Sql } from 'postgres';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { dispatchConsumer } from '../../src/cascade/dispatch-replan.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { callerOf, createReadWorld } from '../api/fixture.ts';

/** A cascade code. */
export const assetOf = (serial: number): string => `PLNPE50GB1${String(serial).padStart(7, '0')}RP`;

/** Valley until 07:00, peak 17:00 to 22:00, flat else; 0.45, 1.04 and 0.73 yuan. */
const table = (validFrom: string, validTo: string) => ({
  category: 'depot-rate',
  validFrom,
  validTo,
  source: 'demo',
  reference: 'test',
  periods: {
    valley: [{ from: '23:00', to: '07:00' }],
    flat: [
      { from: '07:00', to: '17:00' },
      { from: '22:00', to: '23:00' },
    ],
    peak: [{ from: '17:00', to: '22:00' }],
    critical: [],
  },
  prices: { valley: 450_000, flat: 730_000, peak: 1_040_000 },
});

export async function seedTariff(sql: Sql, validFrom: string, validTo: string): Promise<void> {
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values ('depot-rate', ${validFrom}, ${validTo}, ${sql.json(table(validFrom, validTo))}, 'test')`;
}

export async function seedSite(
  sql: Sql,
  id: string,
  { importLimitW = 100_000, exportLimitW = 0, controllerKey = null as string | null } = {},
): Promise<void> {
  await sql`insert into second_life_sites (id, name, import_limit_w, export_limit_w, tariff_category, controller_key, changed_by)
    values (${id}, ${id}, ${importLimitW}, ${exportLimitW}, 'depot-rate', ${controllerKey}, 'test')`;
}

export async function seedAsset(sql: Sql, code: string, site: string, state = 'commissioned'): Promise<void> {
  await sql`insert into second_life_assets (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct, charge_efficiency_pct,
      discharge_efficiency_pct, state, grading, commissioned_at, changed_by)
    values (${code}, ${`pack of ${code}`}, ${site}, 'peakShaving', 20000, 40000, 10, 90, 0, 95, 95, ${state}, 1, '2026-01-01T00:00:00Z', 'test')`;
}

/** An API whose clock is the test's. */
export async function createDispatchWorld(startsAt: string) {
  const clock = { now: Date.parse(startsAt) };
  const world = await createReadWorld({ now: () => clock.now });
  await seedTariff(world.sql, '2026-01-01', '2026-09-01');
  const call = callerOf(world.app, world.keys);
  const consumer = dispatchConsumer(() => clock.now);
  return {
    ...world,
    clock,
    consumer,
    send: <T>(method: string, path: string, body?: object, as: Role = 'operations', headers = {}) =>
      call<T & Pick<Problem, 'code' | 'errors' | 'detail' | 'current'>>(`/api/v1/second-life-sites/${path}`, as, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    /** Follows up what has changed. */
    follow: () => workOnce({ db: world.db, log: world.options.log }, consumer),
  };
}
