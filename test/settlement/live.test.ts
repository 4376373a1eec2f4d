import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, beijingDay } from '../../machines/settlement/calendar.ts';
import type { Alarm } from '../../schema/wire/api/log.ts';
import type { Certificate, ReceiptDetail } from '../../schema/wire/api/settlement.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { SwapDetail } from '../../schema/wire/api/swap.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { beijingDemo } from '../../src/tariffs/beijing.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { waitFor } from '../helpers/wait-for.ts';

// The service with its engine and a simulated station: what the audit reads out of the log is what the engine writes into it.

const station = 'bj-021';
const category = 'single-rate-1-10kV';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await waitFor('the station to be online', async () => (await bay()).state === 'idle', { withinMs: 30_000 });
}, 90_000);
afterAll(() => world?.end());

const bay = async () => (await world.ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body;
const simulate = async (body: object) =>
  expect((await world.ask(`/api/v1/stations/${station}/simulator`, { body })).status).toBe(200);
const swapOf = async (n: number) => (await world.ask<SwapDetail>(`/api/v1/swaps/${station}.1.${n}`)).body;
const reaches = (n: number, state: SwapDetail['state']) =>
  waitFor(`swap ${n} to be ${state}`, async () => (await swapOf(n)).state === state, { withinMs: 60_000 });
const receiptOf = (n: number) =>
  waitFor(
    `the receipt of swap ${n}`,
    async () => {
      const { status, body } = await world.ask<ReceiptDetail>(`/api/v1/receipts/${station}.1.${n}`, { role: 'admin' });
      return status === 200 ? body : null;
    },
    { withinMs: 60_000 },
  );
const write = (query: SQL) => world.reads.db.execute(query);

test('swaps of a station as it runs are billed and found again in the log, to the fen', async () => {
  await simulate({ type: 'taxi', bay: null, vin: null, socPct: 20 });
  await reaches(1, 'completed');
  const alarms = async () =>
    (await world.ask<{ items: Alarm[] }>(`/api/v1/alarms?station=${station}&active=true`)).body.items;
  await waitFor('an alarm', async () => (await alarms()).some(({ code }) => code === 'noPriceForSwap'), {
    withinMs: 30_000,
  });

  const today = beijingDay(Date.now());
  const terms = planTerms.parse({
    serviceFee: { microPerKwh: 400_000 },
    parking: { freeMin: 0, microPerMin: 1_000_000 },
  });
  await write(sql`insert into plans (id, name, is_walk_in, created_by) values ('walk-in', '散客', true, 'test')`);
  await write(sql`insert into plan_versions (plan, version, terms, published_by)
    values ('walk-in', 1, ${JSON.stringify(terms)}::text::jsonb, 'test')`);
  const table = beijingDemo(addDays(today, -2), addDays(today, 2)).find((each) => each.category === category);
  await write(sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values (${category}, ${table?.validFrom}, ${table?.validTo}, ${JSON.stringify(table)}::text::jsonb, 'test')`);
  await write(
    sql`insert into station_tariffs (station, from_day, category, by) values (${station}, ${addDays(today, -2)}, ${category}, 'test')`,
  );

  const first = await receiptOf(1);
  expect(first.energyWh).toBeGreaterThan(20_000);
  expect(first.lines.map(({ kind }) => kind)).toEqual(['energy', 'serviceFee', 'parking']);
  const link = await fetch(`${world.url}${first.certificate}`);
  expect(((await link.json()) as Certificate).packIn.sohPct).toBeGreaterThan(50);

  // One more as usual, then one that a person has to end.
  await simulate({ type: 'taxi', bay: null, vin: null, socPct: 35 });
  await reaches(2, 'completed');
  await waitFor('the bay to be free', async () => (await bay()).state === 'idle', { withinMs: 60_000 });
  // Without parking: its car will stand there.
  await write(sql`insert into plan_versions (plan, version, terms, published_by)
    values ('walk-in', 2, ${JSON.stringify({ ...terms, parking: null })}::text::jsonb, 'test')`);
  await simulate({ type: 'fault', fault: { kind: 'stuck', bay: '1', step: 'lowerVehicle', times: 20 } });
  await simulate({ type: 'taxi', bay: null, vin: null, socPct: 30 });
  await reaches(3, 'needs-person');
  const { packOut, packIn, vehicle } = await swapOf(3);
  const places = world.sim.physicalPlaces();
  const body = {
    action: 'resolve',
    reason: 'lowered by hand',
    resolution: {
      outcome: 'completed',
      packs: [
        { code: packIn, place: `vehicle/${vehicle}` },
        { code: packOut, place: places.get(packOut ?? '') },
      ],
    },
  };
  const resolved = await world.ask(`/api/v1/stations/${station}/bays/1/actions`, { body });
  expect([resolved.status, JSON.stringify(resolved.body)]).toEqual([expect.toBeOneOf([200, 202]), expect.any(String)]);
  await reaches(3, 'completed');
  const third = await receiptOf(3);
  expect(third.planVersion).toBe(2);
  expect(third.lines[0]?.basis.pricedAt).toBe('endOfSwap');

  await receiptOf(2);
  await waitFor('charges booked', async () => (await write(sql`select from charge_costs`)).length > 0, {
    withinMs: 120_000,
  });
  const stuck = await write(sql`select consumer, subject, problem from follow_ups where problem is not null`);
  expect([...stuck]).toEqual([]);
  const report = await audit(world.reads.db, { from: addDays(today, -1), to: addDays(today, 2) });
  expect(report.differences).toEqual([]);
  expect(report.examined.receipts + report.waiting).toBe(3);
}, 240_000);
