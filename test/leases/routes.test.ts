import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { Lease } from '../../schema/wire/api/lease.ts';
import type { Plan, PlanVersion } from '../../schema/wire/api/plan.ts';
import { stepDueLeases } from '../../src/leases/clock.ts';
import { leaseAt, leaseDays, leasesAt } from '../../src/leases/lease-at.ts';
import { stepLease } from '../../src/leases/step.ts';
import { vin } from '../api/fixture.ts';
import { createLeaseWorld } from './lease-world.ts';

let world: Awaited<ReturnType<typeof createLeaseWorld>>;
beforeAll(async () => {
  world = await createLeaseWorld();
  await world.plan('standard', { graceDays: 0, minimumTermMonths: 12, monthlyFeeFen: 100_000 });
  await world.plan('loose', { sohFloorPct: 80 });
}, 60_000);
afterAll(() => world?.end());

const today = beijingDay(Date.now());
const tomorrow = addDays(today, 1);
let cars = 0;
const newCar = (fleet?: string) => world.car(vin(++cars), fleet);
const act = <T = Lease>(id: string, what: string, body: unknown = { reason: 'test' }, as?: 'admin') =>
  world.post<T>(`leases/${id}/${what}`, body, as);

describe('plans', () => {
  test.each([
    ['a negative quota', { included: { km: -1 } }, '/terms/included/km'],
    ['a negative fee', { monthlyFeeFen: -5 }, '/terms/monthlyFeeFen'],
    [
      'a discount above all',
      { packages: [{ unit: 'km', above: 1, discountPct: 101 }] },
      '/terms/packages/0/discountPct',
    ],
    ['a model nobody knows', { models: ['NO-SUCH'] }, '/terms/models/0'],
    ['a word that is no term', { monthlyFee: 5 }, '/terms/monthlyFee'],
  ])('with %s are refused, and the field is named', async (_, terms, pointer) => {
    const { status, body } = await world.post('plans', { id: 'bad', name: 'x', terms });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid-body' });
    expect(body.errors?.[0]?.pointer).toBe(pointer);
    expect((await world.get('plans/bad')).status).toBe(404);
  });

  test('have versions, and none is ever edited', async () => {
    await world.plan('versions', { monthlyFeeFen: 1 });
    const second = await world.post<PlanVersion>('plans/versions/versions', { terms: { monthlyFeeFen: 2 } });
    expect(second).toMatchObject({ status: 201, body: { version: 2, terms: { monthlyFeeFen: 2 } } });
    expect((await world.get<PlanVersion>('plans/versions/versions/1')).body.terms.monthlyFeeFen).toBe(1);
    expect((await world.get<Plan>('plans/versions')).body).toMatchObject({ version: 2, terms: { monthlyFeeFen: 2 } });
    for (const change of [
      world.sql`update plan_versions set terms = '{}' where plan = 'versions'`,
      world.sql`delete from plan_versions where plan = 'versions'`,
      world.sql`truncate plan_versions`,
    ])
      await expect(change).rejects.toThrow(/append|never|immutable|refuse/i);
    const methods = world.app.routes.filter(({ path }) => path.startsWith('/api/v1/plans')).map(({ method }) => method);
    expect(methods.filter((method) => method === 'PUT' || method === 'PATCH' || method === 'DELETE')).toEqual([]);
  });

  test('of two versions published at once each has its number, or one is told', async () => {
    await world.plan('races');
    const all = await Promise.all(
      [1, 2, 3].map((fee) => world.post<PlanVersion>('plans/races/versions', { terms: { monthlyFeeFen: fee } })),
    );
    const made = all.filter(({ status }) => status === 201).map(({ body }) => body.version);
    expect(new Set(made).size).toBe(made.length);
    expect(all.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect((await world.get<Plan>('plans/races')).body.version).toBe(1 + made.length);
  });

  test('that are closed take no new leases, and a walk-in plan is one', async () => {
    await world.plan('shut');
    expect((await world.post('plans/shut/close', undefined)).status).toBe(200);
    expect((await world.post('plans/shut/close', undefined)).body.code).toBe('change-refused');
    expect((await world.post('plans/shut/versions', { terms: {} })).body.code).toBe('change-refused');
    const quote = await world.post('leases', { vehicle: await newCar(), plan: 'shut', lessee: 'blue-taxi' });
    expect(quote).toMatchObject({ status: 422, body: { errors: [{ pointer: '/plan' }] } });
    const walkIn = (id: string) => world.post('plans', { id, name: id, isWalkIn: true, terms: {} });
    expect((await walkIn('walk-1')).status).toBe(201);
    expect((await walkIn('walk-2')).body.code).toBe('already-exists');
    await world.post('plans/walk-1/close', undefined);
    expect((await walkIn('walk-2')).status).toBe(201);
  });

  test('of another owner an owner does not see', async () => {
    await world.plan('yi-plan', {}, 'yi-dian');
    expect((await world.get('plans/yi-plan', 'owner')).status).toBe(404);
    expect((await world.get('plans/standard', 'owner')).status).toBe(200);
    const { body } = await world.get<{ items: Plan[] }>('plans?limit=200', 'owner');
    expect(body.items.map(({ owner }) => owner)).not.toContain('yi-dian');
  });
});

describe('a lease', () => {
  test('is quoted, begins, is suspended, resumed and ends on its day', async () => {
    const car = await newCar();
    const { status, body } = await world.lease(car, 'loose');
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'active', vehicle: car, owner: 'pack-bank', fromDay: today, planVersion: 1 });
    expect((await act(body.id, 'suspend')).body).toMatchObject({ state: 'suspended', blocks: 'leaseSuspended' });
    expect((await act(body.id, 'suspend')).body.code).toBe('lease-refused');
    expect((await act(body.id, 'resume')).body).toMatchObject({ state: 'active', blocks: null });
    expect((await act(body.id, 'end', { lastDay: today, reason: 'over' })).body).toMatchObject({
      state: 'ending',
      blocks: null,
      untilDay: tomorrow,
    });
    await stepDueLeases(world.db, startOfDay(tomorrow) - 1);
    expect((await world.get<Lease>(`leases/${body.id}`)).body.state).toBe('ending');
    await stepDueLeases(world.db, startOfDay(tomorrow));
    expect((await world.get<Lease>(`leases/${body.id}`)).body).toMatchObject({ state: 'ended', blocks: 'leaseLapsed' });
    expect(await world.history(body.id)).toEqual([
      'quoted',
      'activated',
      'suspended',
      'resumed',
      'endRequested',
      'ended',
    ]);
  });

  test('keeps its minimum term: refused with the day, unless an administrator overrides it', async () => {
    const { body } = await world.lease(await newCar(), 'standard');
    const refused = await act(body.id, 'end', { lastDay: tomorrow, reason: 'early' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-refused' } });
    expect(refused.body.detail).toContain(String(body.mayEndOn));
    const early = { lastDay: tomorrow, reason: 'the car is a wreck', override: true };
    expect((await act(body.id, 'end', early)).status).toBe(403);
    expect((await act(body.id, 'end', early, 'admin')).body).toMatchObject({ state: 'ending' });
  });

  test.each([
    ['a car nobody knows', { vehicle: 'LNBSCB3F6JD999999' }, '/vehicle'],
    ['a plan that is none', { plan: 'no-such' }, '/plan'],
    ['a version that is none', { version: 99 }, '/version'],
    ['a lessee that is no fleet', { lessee: 'pack-bank' }, '/lessee'],
  ])('of %s is refused, and the field is named', async (_, wrong, pointer) => {
    const body = { vehicle: await newCar(), plan: 'loose', lessee: 'blue-taxi', ...wrong };
    const { status, body: problem } = await world.post('leases', body);
    expect({ status, pointer: problem.errors?.[0]?.pointer }).toEqual({ status: 422, pointer });
  });

  test('does not begin in the past, nor twice, nor after it was withdrawn', async () => {
    const car = await newCar();
    const quote = async () =>
      (await world.post<Lease>('leases', { vehicle: car, plan: 'loose', lessee: 'blue-taxi' })).body.id;
    const id = await quote();
    expect((await act(id, 'activate', { fromDay: addDays(today, -1) })).body.code).toBe('lease-refused');
    expect((await act(id, 'withdraw')).body).toMatchObject({ state: 'ended', blocks: null });
    expect((await act(id, 'activate', {})).body.code).toBe('lease-refused');
    const next = await quote();
    expect((await act(next, 'activate', {})).status).toBe(200);
    expect((await act(next, 'activate', {})).body.code).toBe('lease-refused');
  });
});

describe('one vehicle has one lease at a time', () => {
  test('the second is refused with the one in the way; the days after it are free', async () => {
    const car = await newCar();
    const first = await world.lease(car, 'loose', { untilDay: addDays(today, 10) });
    const second = await world.lease(car, 'loose', { fromDay: addDays(today, 9) });
    expect(second).toMatchObject({ status: 409, body: { code: 'lease-overlaps', current: { id: first.body.id } } });
    expect((await world.lease(car, 'loose', { fromDay: addDays(today, 10) })).status).toBe(200);
  });

  test('of many at once one begins, and the others are told of it', async () => {
    const car = await newCar();
    const ids = await Promise.all(
      [1, 2, 3, 4, 5].map(
        async () => (await world.post<Lease>('leases', { vehicle: car, plan: 'loose', lessee: 'blue-taxi' })).body.id,
      ),
    );
    const all = await Promise.all(ids.map((id) => act(id, 'activate', {})));
    const begun = all.filter(({ status }) => status === 200);
    expect(begun).toHaveLength(1);
    for (const { status, body } of all.filter((each) => each !== begun[0])) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'lease-overlaps' });
      expect(body.current).toMatchObject({ id: begun[0]?.body.id });
    }
    const [row] = await world.sql`select count(*)::int as n from leases where vin = ${car} and state <> 'quoted'`;
    expect(row?.n).toBe(1);
  });

  test('of two changes of one lease at once one wins', async () => {
    const { body } = await world.lease(await newCar(), 'loose');
    const all = await Promise.all(['a', 'b', 'c'].map((reason) => act(body.id, 'suspend', { reason })));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await world.history(body.id)).filter((type) => type === 'suspended')).toHaveLength(1);
  });
});

describe('a transfer', () => {
  test('takes the lease to another car from now on; the old one needs another', async () => {
    const [old, other] = [await newCar(), await newCar()];
    const { body } = await world.lease(old, 'loose');
    const before = Date.now();
    const moved = await act(body.id, 'transfer', { vehicle: other, reason: 'sold' });
    expect(moved.body).toMatchObject({ vehicle: other, state: 'active', fromDay: today });
    const after = Date.now() + 1;
    const covered = await leasesAt(world.db, [
      { vin: old, at: before - 1 },
      { vin: old, at: after },
      { vin: other, at: before - 1 },
      { vin: other, at: after },
    ]);
    expect(covered.map((lease) => lease?.lease ?? null)).toEqual([body.id, null, null, body.id]);
    expect((await world.lease(old, 'loose')).status).toBe(200);
  });

  test('to a car that has a lease is refused with that', async () => {
    const [one, two] = [await newCar(), await newCar()];
    const first = await world.lease(one, 'loose');
    const second = await world.lease(two, 'loose');
    const refused = await act(first.body.id, 'transfer', { vehicle: two, reason: 'x' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-overlaps', current: { id: second.body.id } } });
    expect((await act(first.body.id, 'transfer', { vehicle: 'LNBSCB3F6JD999999', reason: 'x' })).status).toBe(422);
  });

  test('to a car whose own lease is over is no overlap', async () => {
    const [one, two] = [await newCar(), await newCar()];
    const first = await world.lease(one, 'loose');
    await world.sql`update leases set from_day = from_day - 100 where id = ${first.body.id}`;
    const gone = await world.lease(two, 'loose', { untilDay: tomorrow });
    await world.sql`update leases set from_day = from_day - 30, until_day = ${today}, state = 'ended' where id = ${gone.body.id}`;
    expect((await act(first.body.id, 'transfer', { vehicle: two, reason: 'x' })).status).toBe(200);
  });
});

describe('a change of plan', () => {
  test('counts from its day, and the month knows both', async () => {
    const car = await newCar();
    const { body } = await world.lease(car, 'loose');
    await world.post('plans/loose/versions', { terms: { sohFloorPct: 70 } });
    const in3 = addDays(today, 3);
    expect((await act(body.id, 'change-plan', { plan: 'loose', fromDay: today })).body.code).toBe('lease-refused');
    const agreed = await act(body.id, 'change-plan', { plan: 'loose', fromDay: in3 });
    expect(agreed.body).toMatchObject({ planVersion: 1, nextPlan: { plan: 'loose', version: 2, fromDay: in3 } });
    // Who did it, in the statement that did; the refusal before left no line.
    const lines = await world.sql`select a.xmin = l.xmin as "withTheChange"
      from acts a join leases l on l.id = a.object where a.what = 'leasePlanChanged' and a.object = ${body.id}`;
    expect(lines).toEqual([{ withTheChange: true }]);
    const at = async (instant: number) => (await leaseAt(world.db, car, instant))?.planVersion;
    expect(await at(startOfDay(in3) - 1)).toBe(1);
    expect(await at(startOfDay(in3))).toBe(2);
    await stepDueLeases(world.db, startOfDay(in3));
    expect((await world.get<Lease>(`leases/${body.id}`)).body).toMatchObject({ planVersion: 2, nextPlan: null });
    const months = await Promise.all(
      [...new Set([today.slice(0, 7), in3.slice(0, 7)])].map((month) => leaseDays(world.db, month)),
    );
    const ranges = months
      .flat()
      .filter(({ lease }) => lease === body.id)
      .flatMap((days) => days.ranges);
    expect(ranges[0]).toMatchObject({ fromDay: today, version: 1, vin: car });
    expect(ranges.at(-1)).toMatchObject({ version: 2 });
    expect(ranges.find(({ version }) => version === 2)?.fromDay).toBe(in3);
  });

  test('to a plan of another owner is refused', async () => {
    await world.plan('foreign', {}, 'yi-dian');
    const { body } = await world.lease(await newCar(), 'loose');
    const refused = await act(body.id, 'change-plan', { plan: 'foreign', fromDay: tomorrow });
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-refused' } });
  });
});

describe('what statements and disputes tell a lease', () => {
  const tell = (lease: string, news: Parameters<typeof stepLease>[2]) =>
    stepLease(world.db, lease, news, { by: 'statements', now: Date.now() });

  test('debts stop the car after the days of grace, a dispute lifts that, paying clears it', async () => {
    const { body } = await world.lease(await newCar(), 'standard');
    const overdue = { type: 'overdue', statement: 's-1', dueDay: addDays(today, -2) } as const;
    expect(await tell(body.id, overdue)).toEqual({ refusal: null, state: 'inArrears' });
    expect(await tell(body.id, overdue)).toEqual({ refusal: 'alreadyKnown', state: 'inArrears' });
    const blocks = async () => (await world.get<Lease>(`leases/${body.id}`)).body.blocks;
    expect(await blocks()).toBe('leaseInArrears');
    await tell(body.id, { type: 'dispute', dispute: 'd-1' });
    expect((await world.get<Lease>(`leases/${body.id}`)).body).toMatchObject({ state: 'disputed', blocks: null });
    await tell(body.id, { type: 'disputeResolved', dispute: 'd-1' });
    expect(await blocks()).toBe('leaseInArrears');
    await tell(body.id, { type: 'paid', statement: 's-1' });
    expect((await world.get<Lease>(`leases/${body.id}`)).body).toMatchObject({ state: 'active', blocks: null });
    expect(await tell('l-0000000000000000', overdue)).toBeNull();
  });

  test('many at once are all taken', async () => {
    const { body } = await world.lease(await newCar(), 'loose');
    const dueDay = addDays(today, 30);
    await Promise.all([1, 2, 3].map((n) => tell(body.id, { type: 'overdue', statement: `s-${n}`, dueDay })));
    expect((await world.get<Lease>(`leases/${body.id}`)).body.arrears).toHaveLength(3);
  });
});

test('a fleet sees the leases it pays, an owner those on its packs, and nobody another’s', async () => {
  await world.plan('yi-own', {}, 'yi-dian');
  const foreign = await world.lease(await newCar('green-taxi'), 'yi-own', {}, 'green-taxi');
  const own = await world.lease(await newCar(), 'loose');
  for (const role of ['fleet', 'owner'] as const) {
    expect((await world.get(`leases/${foreign.body.id}`, role)).status).toBe(404);
    expect((await world.get(`leases/${own.body.id}`, role)).status).toBe(200);
    const { body } = await world.get<{ items: Lease[] }>('leases?limit=200', role);
    expect(body.items.map(({ id }) => id)).not.toContain(foreign.body.id);
    expect(body.items.map(({ id }) => id)).toContain(own.body.id);
    expect((await world.post(`leases/${own.body.id}/suspend`, { reason: 'x' }, role)).status).toBe(403);
  }
});

test('the same request twice makes one lease', async () => {
  const car = await newCar();
  const send = () =>
    world.app.request('/api/v1/leases', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${world.keys.operations}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'once-only',
      },
      body: JSON.stringify({ vehicle: car, plan: 'loose', lessee: 'blue-taxi' }),
    });
  const [first, second] = [await send(), await send()];
  expect(await second.json()).toEqual(await first.json());
  expect(second.headers.get('Idempotency-Replayed')).toBe('true');
});
