import { sql as drizzle } from 'drizzle-orm';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Asset } from '../../schema/wire/api/second-life.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation } from '../api/fixture.ts';

/** Of a model with 50 kWh. */
const modelled = 'PLN-E50';
const model = [modelled, 'Pitlane 50 kWh', 'LFP', 50_000, 350, 350, 'frame-a', 'plug-400'] as const;
const test = {
  visual: { at: '2026-05-01T06:00:00Z', operator: 'Li', findings: [], isFit: true },
  insulation: { at: '2026-05-01T06:00:00Z', operator: 'Li', device: 'meter', ohmPerV: 500 },
};
const inputs = {
  thermalEvents: 0,
  negativeEvents: 0,
  ageYears: null,
  fullCycles: null,
  ohmPerV: 500,
  residualAh: 100,
  spreadPct: 0,
  pulse: null,
};

export type Sent<T> = T & Pick<Problem, 'code' | 'detail' | 'errors'> & { current: Record<string, unknown> };

/** An API with two second-life sites and prices, and packs at their end. */
export async function createSecondLifeWorld() {
  const world = await createReadWorld();
  const { sql } = world;
  const call = callerOf(world.app, world.keys);
  await seedStation(sql, 'bj-001', 4, 1);
  await sql`insert into organisations (id, kind, name) values ('pack-bank', 'owner', '包银')`;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ${sql([model])}`;
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values ('single-rate-1-10kV', '2026-08-01', '2026-09-01', '{}', 'test')`;
  let serial = 500;

  const send = <T = object>(method: string, path: string, body?: object, as: Role = 'operations', headers = {}) =>
    call<Sent<T>>(`/api/v1/${path}`, as, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  /** A pack that has left traffic, of `pack-bank`, in the workshop. */
  async function retiredPack(grade: 'A' | 'B' | 'C' | 'recycle' | null = 'B', sohPct = 70): Promise<string> {
    const pack = code(++serial);
    await seedPack(sql, pack, 'workshop', 'workshop/fengtai', null);
    await sql`update batteries set status = 'retired', owner = 'pack-bank', model = ${modelled} where code = ${pack}`;
    if (grade !== null) await gradedAs(pack, 1, grade, sohPct);
    return pack;
  }

  const gradedAs = (pack: string, n: number, grade: string, sohPct = 70) =>
    sql`insert into gradings (pack, n, policy, grade, soh_pct, reasons, test, inputs, place, tested_at, graded_by)
      values (${pack}, ${n}, 1, ${grade}, ${sohPct}, '[]', ${sql.json(test)}, ${sql.json(inputs)}, 'workshop/fengtai', '2026-05-01T06:00:00Z', 'test')`;

  const addSite = (id: string) =>
    send('POST', 'second-life-sites', { id, name: id, importLimitW: 100_000, tariffCategory: 'single-rate-1-10kV' });

  const make = (pack: string, own: object = {}, as: Role = 'operations', headers = {}) =>
    send<Asset>(
      'POST',
      'second-life-assets',
      { pack, site: 'depot-1', function: 'peakShaving', powerW: 20_000, ...own },
      as,
      headers,
    );

  const act = (asset: string, body: object, as: Role = 'maintenance') =>
    send<Asset>('POST', `second-life-assets/${asset}/acts`, body, as);

  const commission = (asset: string) => act(asset, { act: 'commission', operator: 'Li Na', insulationOhmPerV: 500 });

  const fault = (asset: string, own: object = {}, as: Role = 'service') =>
    send<Asset>(
      'POST',
      `second-life-assets/${asset}/faults`,
      { fault: 'contactorStuck', isThermal: false, ...own },
      as,
    );

  for (const id of ['depot-1', 'depot-2']) await addSite(id);
  return {
    ...world,
    call,
    send,
    retiredPack,
    gradedAs,
    addSite,
    make,
    act,
    commission,
    fault,
    /** Where a pack is, and what it is, by the ledger. */
    stateOf: async (pack: string) =>
      (
        await world.db.execute<{ status: string; place: string; version: number }>(drizzle`
          select b.status, c.place, c.version::int as version from batteries b join custody c on c.pack = b.code where b.code = ${pack}`)
      )[0],
  };
}

export type SecondLifeWorld = Awaited<ReturnType<typeof createSecondLifeWorld>>;
