import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Reservation } from '../../schema/wire/api/reservation.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { runStatement, statement } from '../../src/db/statement.ts';
import { planQuote, planStep, readLease } from '../../src/leases/step.ts';
import { createReservationWorld, inMinutes } from '../reservations/world.ts';

let world: Awaited<ReturnType<typeof createReservationWorld>>;
beforeAll(async () => {
  world = await createReservationWorld();
  await world.sql`insert into plans (id, name, created_by) values ('floor', 'Floor', 'test')`;
  await world.sql`insert into plan_versions (plan, version, terms, published_by)
    values ('floor', 1, ${JSON.stringify(planTerms.parse({ sohFloorPct: 80 }))}::text::jsonb, 'test')`;
}, 60_000);
afterAll(() => world?.end());

let serial = 0;
/** A running lease of the car, and a way to step it. */
async function leaseOf(vin: string) {
  serial += 1;
  const id = `l-${String(serial).padStart(16, '0')}`;
  const act = { by: 'test', now: Date.now() };
  const today = beijingDay(act.now);
  const plan = { plan: 'floor', version: 1, graceDays: 0 };
  const run = (parts: Parameters<typeof statement>[0]['parts']) =>
    runStatement(world.db, statement({ parts, result: sql`select id from lease_stepped` }));
  await run(
    planQuote({ lease: id, vin, lessee: 'blue-taxi', owner: 'pitlane', plan, minimumTermMonths: 0 }, today, act),
  );
  const step = async (event: LeaseEvent) => {
    const row = await readLease(world.db, id);
    const { parts } = row ? planStep(row, event, { by: 'test', now: Date.now() }) : { parts: null };
    if (!parts) throw new Error('not stepped');
    await run(parts);
  };
  await step({ type: 'activate', fromDay: today, untilDay: null });
  return step;
}

const soh = (station: string, pct: number) =>
  world.sql`update batteries set soh_pct = ${pct} from custody where pack = code and station = ${station}`;
const wish = (vehicle: string, station: string, more: object = {}) => ({
  vehicle,
  station,
  from: inMinutes(20),
  to: inMinutes(40),
  ...more,
});

describe('only packs below the floor of the lease would be there', () => {
  test('the driver is asked: refused with the question, held with his consent', async () => {
    await world.station('bj-101', 2);
    await soh('bj-101', 70);
    const car = await world.car(101);
    await leaseOf(car);
    const asked = await world.reserve<Problem>(wish(car, 'bj-101'));
    expect(asked).toMatchObject({ status: 409, body: { code: 'no-promise' } });
    expect(asked.body.errors?.map(({ pointer }) => pointer)).toEqual(['/acceptBelowFloor']);
    expect(asked.body.detail).toMatch(/below the floor of health.*acceptBelowFloor/);
    const taken = await world.reserve<Reservation>(wish(car, 'bj-101', { acceptBelowFloor: true }));
    expect(taken).toMatchObject({ status: 201, body: { acceptBelowFloor: true } });
    expect(taken.body.promise?.pack).toEqual(expect.any(String));
    const change = (more: object) =>
      world.send<Reservation & Problem>(
        'PATCH',
        `/api/v1/reservations/${taken.body.id}`,
        { from: inMinutes(30), to: inMinutes(50), ...more },
        { 'If-Match': '*' },
      );
    expect((await change({ acceptBelowFloor: false })).body.code).toBe('no-promise');
    expect((await change({})).body.acceptBelowFloor).toBe(true);
  });

  test('of a mixed station one above it is held, whatever he would take', async () => {
    await world.station('bj-102', 3);
    await soh('bj-102', 70);
    const [good] = await world.sql<{ pack: string }[]>`
      update batteries set soh_pct = 85 where code = (select max(pack) from custody where station = 'bj-102') returning code as pack`;
    const car = await world.car(102);
    await leaseOf(car);
    const { body } = await world.reserve(wish(car, 'bj-102', { acceptBelowFloor: true }));
    expect(body.promise?.pack).toBe(good?.pack);
  });

  test('a car without a lease is not asked', async () => {
    await world.station('bj-103', 1);
    await soh('bj-103', 70);
    expect((await world.reserve(wish(await world.car(103), 'bj-103'))).status).toBe(201);
  });
});

test('nothing is held for a car that will be refused at the bay', async () => {
  await world.station('bj-104', 2);
  const car = await world.car(104);
  const step = await leaseOf(car);
  await step({ type: 'suspend', reason: 'stolen' });
  const refused = await world.reserve<Problem>(wish(car, 'bj-104'));
  expect(refused).toMatchObject({ status: 409, body: { code: 'lease-refused' } });
  expect(refused.body.detail).toContain('leaseSuspended');
  await step({ type: 'resume', reason: 'found' });
  expect((await world.reserve(wish(car, 'bj-104'))).status).toBe(201);
  await step({ type: 'transfer', vin: await world.car(105), reason: 'sold' });
  expect((await world.reserve<Problem>(wish(car, 'bj-104'))).body.detail).toContain('leaseLapsed');
  await world.send('POST', `/api/v1/vehicles/${car}/without-lease`);
  const free = await world.reserve<Problem>(wish(car, 'bj-104', { from: inMinutes(60), to: inMinutes(70) }));
  expect(free.status).toBe(201);
});
