import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultPointName } from '../../src/platform/fault-points.ts';
import { ensureBuilt, startProgram } from '../helpers/programs.ts';
import { seedAsset, seedSite } from './dispatch-world.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

// Real processes, killed just before and just after the statement of a step of second life: all of it is there or nothing, the same request gives the
// one answer afterwards, and of two at once one is done.

let world: SecondLifeWorld;
let sql: Sql;
beforeAll(async () => {
  await ensureBuilt();
  world = await createSecondLifeWorld();
  sql = world.sql;
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    select 'depot-rate', '2020-01-01', '2099-01-01', ${sql.json({
      category: 'depot-rate',
      validFrom: '2020-01-01',
      validTo: '2099-01-01',
      source: 'demo',
      reference: 'test',
      periods: { valley: [], flat: [{ from: '00:00', to: '24:00' }], peak: [], critical: [] },
      prices: { flat: 700_000 },
    })}, 'test'`;
}, 120_000);
afterAll(() => world?.end());

interface Wanted {
  path: string;
  body: object;
  /** Every trace that the request leaves, counted. */
  traces: () => Promise<object | undefined>;
}

const past = (minutes: number) => new Date(Math.floor(Date.now() / 900_000) * 900_000 - minutes * 60_000).toISOString();
let serial = 0;

async function making(): Promise<Wanted> {
  const pack = await world.retiredPack();
  return {
    path: 'second-life-assets',
    body: { pack, site: 'depot-1', function: 'peakShaving', powerW: 20_000 },
    traces: async () =>
      (
        await sql`select (select count(*)::int from second_life_assets where pack = ${pack}) as made,
        (select count(*)::int from asset_events e join second_life_assets a on a.code = e.asset where a.pack = ${pack}) as events,
        (select count(*)::int from batteries where code = ${pack} and status = 'secondLife') as known,
        (select count(*)::int from custody where pack = ${pack} and kind = 'secondLifeSite') as moved,
        (select count(*)::int from acts where what = 'assetMade') as told`
      )[0],
  };
}

async function recycling(): Promise<Wanted> {
  const pack = await world.retiredPack('recycle');
  return {
    path: 'recyclings',
    body: { pack, recycler: 'brunp', weightKg: 340, receiptNumber: `r-${pack}`, reason: 'graded recycle' },
    traces: async () =>
      (
        await sql`select (select count(*)::int from recyclings where pack = ${pack}) as made,
        (select count(*)::int from batteries where code = ${pack} and status = 'recycled') as known,
        (select count(*)::int from custody where pack = ${pack} and kind = 'recycler') as moved,
        (select count(*)::int from acts where what = 'batteryRecycled' and object = ${pack}) as told,
        1 as events`
      )[0],
  };
}

async function grading(): Promise<Wanted> {
  const pack = await world.retiredPack(null);
  const at = past(60);
  return {
    path: 'gradings',
    body: {
      pack,
      visual: { at, operator: 'Li Na', findings: ['crack'], isFit: false },
      untestable: 'crushed by a lift: no terminal is left to measure at',
    },
    traces: async () =>
      (
        await sql`select (select count(*)::int from gradings where pack = ${pack}) as made,
        (select count(*)::int from batteries where code = ${pack} and edition = 2) as known,
        (select count(*)::int from acts where what = 'batteryGraded' and object = ${pack}) as told,
        1 as moved, 1 as events`
      )[0],
  };
}

async function reading(): Promise<Wanted> {
  serial += 1;
  const site = `killed-${serial}`;
  const asset = `PLNPE50GB1${String(9_000_000 + serial)}RP`;
  await seedSite(sql, site);
  await seedAsset(sql, asset, site);
  const one = { asset, startsAt: past(60), chargeWh: 1_000, dischargeWh: 0, loadWh: 5_000, socPct: 50 };
  return {
    path: `second-life-sites/${site}/readings`,
    body: { readings: [one, { ...one, startsAt: past(45) }] },
    traces: async () =>
      (
        await sql`select (select count(*)::int / 2 from dispatch_readings where site = ${site}) as made,
        (select count(*)::int / 2 from transfers where cause = 'dispatch' and cause_id like ${`${asset}/%`}) as moved,
        (select coalesce(sum(reading_n), 0)::int from dispatch_marks where site = ${site}) as known,
        (select count(*)::int from acts where what = 'readingsRecorded' and object = ${site}) as told,
        1 as events`
      )[0],
  };
}

async function planning(): Promise<Wanted> {
  const { path, ...rest } = await reading();
  const site = path.split('/')[1] ?? '';
  const [asset] = await sql`select code from second_life_assets where site = ${site}`;
  return {
    ...rest,
    path: `second-life-sites/${site}/plans`,
    body: { loadWh: Array.from({ length: 96 }, () => 5_000), soc: [{ asset: asset?.code, socPct: 50 }] },
    traces: async () =>
      (
        await sql`select (select count(*)::int from dispatch_plans where site = ${site}) as made,
        (select least(1, coalesce(sum(plan_n), 0))::int from dispatch_marks where site = ${site}) as known,
        (select count(*)::int from acts where what = 'dispatchPlanned' and object = ${site}) as told,
        1 as moved, 1 as events`
      )[0],
  };
}

async function acting(): Promise<Wanted> {
  const { body: asset } = await world.make(await world.retiredPack());
  return {
    path: `second-life-assets/${asset.code}/acts`,
    body: { act: 'commission', operator: 'Li Na', insulationOhmPerV: 500 },
    traces: async () =>
      (
        await sql`select (select count(*)::int from second_life_assets where code = ${asset.code} and state = 'commissioned') as made,
        (select count(*)::int - 1 from asset_events where asset = ${asset.code}) as events,
        (select edition - 1 from second_life_assets where code = ${asset.code}) as known,
        (select count(*)::int from acts where what = 'assetActed' and object = ${asset.code}) as told,
        1 as moved`
      )[0],
  };
}

async function start(faultPoint: FaultPointName) {
  const env = { DATABASE_URL: world.url, PITLANE_FAULT_POINT: faultPoint };
  const program = await startProgram('test/programs/serve-idle-stations', { env });
  const [, url = ''] = await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000);
  return { program, url };
}

const everything = { made: 1, events: 1, known: 1, moved: 1, told: 1 };
const keyed = { 'Idempotency-Key': '"one"' };
type Moment = [when: string, point: FaultPointName, isDone: boolean];
const before: Moment = ['just before its statement', 'request-decided', false];
const after: Moment = ['just after its statement', 'request-done', true];
/** Before the statement where custody or money moves; after it everywhere. */
const steps: [string, () => Promise<Wanted>, Moment[]][] = [
  ['making an asset', making, [before, after]],
  ['an act on an asset', acting, [after]],
  ['a grading', grading, [after]],
  ['a hand-over to a recycler', recycling, [before, after]],
  ['readings of a site', reading, [before, after]],
  ['a plan of a site', planning, [after]],
];

describe.each(steps)('%s', (_name, wantedOf, moments) => {
  test.each(moments)('killed %s: all or nothing, and then once', async (_when, point, isDone) => {
    await sql`delete from idempotency_keys`;
    const { path, body, traces } = await wantedOf();
    const toldBefore = Number((await sql`select count(*)::int as n from acts where what = 'assetMade'`)[0]?.n);
    const counted = async () => {
      const found = { ...(await traces()) } as typeof everything;
      // Assets have their codes from the service: their lines are counted together.
      return path === 'second-life-assets' ? { ...found, told: found.told - toldBefore } : found;
    };
    const untouched = await counted();
    const { program, url } = await start(point);
    const headers = { Authorization: `Bearer ${world.keys.admin}`, 'Content-Type': 'application/json', ...keyed };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    expect(await fetch(`${url}/api/v1/${path}`, request).catch(() => null)).toBeNull();
    expect(await program.exited).toBe('SIGKILL');
    expect(await counted()).toEqual(isDone ? everything : untouched);
    const [again, more] = [
      await world.send('POST', path, body, 'admin', keyed),
      await world.send('POST', path, body, 'admin', keyed),
    ];
    expect([again.status < 300, more.status]).toEqual([true, again.status]);
    expect(more.body).toEqual(again.body);
    expect(await counted()).toEqual(everything);
  });

  test('two at once: it is done once', async () => {
    const { path, body, traces } = await wantedOf();
    const toldBefore = Number((await sql`select count(*)::int as n from acts where what = 'assetMade'`)[0]?.n);
    const answers = await Promise.all([1, 2, 3].map(() => world.send('POST', path, body, 'admin')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status >= 500 && status !== 503)).toEqual([]);
    const found = { ...(await traces()) } as typeof everything;
    // A plan that is asked for again is made anew; all else is done once.
    const made = path.endsWith('/plans') ? statuses.filter((status) => status < 300).length : 1;
    expect({ ...found, told: path === 'second-life-assets' ? found.told - toldBefore : found.told }).toEqual({
      ...everything,
      made,
      told: made,
    });
  });
});
