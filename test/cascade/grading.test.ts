import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Battery } from '../../schema/wire/api/battery.ts';
import type { Grading, PublishedPolicy } from '../../schema/wire/api/grading.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { traceConsumer } from '../../src/traceability/consumer.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
let serial = 500;
let pack = '';
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 4, 1);
});
afterAll(() => world?.end());
beforeEach(async () => {
  pack = code(++serial);
  await seedPack(world.sql, pack, 'workshop', 'workshop/fengtai', null);
  await world.sql`update batteries set status = 'retired', owner = 'pack-bank' where code = ${pack}`;
});

const send = <T>(method: string, path: string, body?: object, as: Role = 'maintenance', headers = {}) =>
  call<T & Pick<Problem, 'code' | 'errors'> & { current: { grading: Grading } }>(`/api/v1/${path}`, as, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const at = '2026-05-01T06:00:00Z';
const record = (ah: number, own: object = {}, testedAt = at) => ({
  pack,
  visual: { at, operator: 'Li', findings: [], isFit: true },
  insulation: { at, operator: 'Li', device: 'Fluke 1507', kOhm: 500, systemV: 400 },
  residualEnergy: {
    method: 'GB/T 34015-2017',
    at: testedAt,
    operator: 'Li',
    device: 'Neware',
    temperatureC: 25,
    chargeA: 50,
    dischargeA: 50,
    ratedAh: 150,
    dischargedAh: [ah, ah],
  },
  ...own,
});
const grade = (body: object, headers = {}, as: Role = 'maintenance') =>
  send<Grading>('POST', 'gradings', body, as, headers);
const gradings = () => world.sql`select n, grade from gradings where pack = ${pack} order by n`;

test('a wreck that nobody can measure is graded recycle by what was seen and why; it goes to the recycler, and its life tells it', async () => {
  const visual = { at, operator: 'Li Na', findings: ['crack', 'leakage'], isFit: false };
  const untestable = 'crushed by a lift: no terminal is left to measure at';
  const wrong = await grade({ ...record(106.5), untestable });
  expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([
    422,
    ['/insulation', '/residualEnergy', '/visual/isFit'],
  ]);
  const neither = await grade({ pack, visual });
  expect([neither.status, neither.body.errors?.map(({ pointer }) => pointer)]).toEqual([
    422,
    ['/insulation', '/residualEnergy'],
  ]);
  expect(await gradings()).toEqual([]);
  const made = await grade({ pack, visual, untestable });
  expect([made.status, made.body]).toMatchObject([
    201,
    {
      grade: 'recycle',
      sohPct: null,
      inputs: { residualAh: null, ohmPerV: null },
      test: { untestable, visual },
      testedAt: new Date(at).toISOString(),
    },
  ]);
  expect(made.body.reasons.map(({ reason, measured }) => [reason, measured])).toEqual([
    ['untestable', untestable],
    ['visualUnfit', 'crack, leakage'],
    ['visualFinding', 'leakage'],
  ]);
  // The state of health that was believed before stands: nothing new is known.
  expect(await world.sql`select soh_pct, edition from batteries where code = ${pack}`).toMatchObject([{ edition: 2 }]);
  const two = await Promise.all([1, 2].map(() => grade({ pack, visual, untestable, replaces: 1 })));
  expect(two.map(({ status }) => status)).toEqual([422, 422]);
  const life = await send<Grading>(
    'POST',
    'second-life-assets',
    { pack, site: 'x', function: 'backup', powerW: 1 },
    'operations',
  );
  expect(life.status).toBe(409);
  const gone = { pack, recycler: 'brunp', weightKg: 300, receiptNumber: `w-${pack}`, reason: 'wrecked' };
  expect((await send('POST', 'recyclings', gone, 'operations')).status).toBe(201);
  await workOnce({ db: world.db, log: world.options.log }, traceConsumer);
  const told =
    await world.sql`select type, body ->> 'untestable' as why from life_events where code = ${pack} and type in ('graded', 'recycled')
    order by occurred_at`;
  expect(told).toEqual([
    { type: 'graded', why: untestable },
    { type: 'recycled', why: null },
  ]);
});

test('a test gives a grade, kept with its inputs and policy, and the state of health of the pack', async () => {
  const made = await grade(record(106.5));
  expect([made.status, made.body]).toMatchObject([
    201,
    {
      id: `${pack}.1`,
      grade: 'B',
      sohPct: 71,
      policy: 1,
      place: 'workshop/fengtai',
      inputs: { ohmPerV: 1250, thermalEvents: 0 },
    },
  ]);
  expect((await send<Battery>('GET', `batteries/${pack}`)).body).toMatchObject({
    sohPct: 71,
    status: 'retired',
    edition: 2,
  });
  expect(
    (await send<Grading>('GET', `gradings/${pack}.1`, undefined, 'owner')).body.test.residualEnergy?.operator,
  ).toBe('Li');
  expect((await send('GET', `gradings/${code(1)}.1`)).status).toBe(404);
  await expect(world.sql`update gradings set grade = 'A' where pack = ${pack}`).rejects.toThrow(/append-only/);
  const csv = await world.app.request(`/api/v1/gradings?pack=${pack}`, {
    headers: { Authorization: `Bearer ${world.keys.regulator}`, Accept: 'text/csv' },
  });
  expect((await csv.text()).split('\r\n')[1]).toContain(`${pack}.1`);
});

test('an owner sees the gradings of its own packs alone', async () => {
  await grade(record(106.5));
  await world.sql`update batteries set owner = 'somebody-else' where code = ${pack}`;
  expect((await send('GET', `gradings/${pack}.1`, undefined, 'owner')).status).toBe(404);
  const { body } = await call(`/api/v1/gradings?pack=${pack}`, 'owner');
  expect(body.items).toEqual([]);
  expect((await send('GET', `gradings/${pack}.1`, undefined, 'fleet')).status).toBe(403);
});

test('of two who grade a pack at once one has done it, the other is shown what was found', async () => {
  for (let round = 0; round < 8; round++) {
    const both = await Promise.all([grade(record(106.5)), grade(record(120)), grade(record(60))]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const winner = both.find(({ status }) => status === 201)?.body;
    for (const { body } of both.filter(({ status }) => status === 409))
      expect([body.code, body.current.grading]).toMatchObject([
        'change-refused',
        { id: winner?.id, grade: winner?.grade },
      ]);
    expect(await gradings()).toHaveLength(1);
    pack = code(++serial);
    await seedPack(world.sql, pack, 'workshop', 'workshop/fengtai', null);
    await world.sql`update batteries set status = 'retired' where code = ${pack}`;
  }
});

test('a test made again names what it replaces, and is later', async () => {
  await grade(record(106.5));
  expect((await grade(record(120))).status).toBe(409);
  expect((await grade(record(120, { replaces: 2 }))).status).toBe(409);
  const early = await grade(record(120, { replaces: 1 }));
  expect([early.status, early.body.errors?.[0]?.pointer]).toEqual([422, '/residualEnergy/at']);
  const again = await grade(record(120, { replaces: 1 }, '2026-05-03T06:00:00Z'));
  expect([again.status, again.body.n, again.body.grade]).toEqual([201, 2, 'A']);
  expect(await gradings()).toEqual([
    { n: 1, grade: 'B' },
    { n: 2, grade: 'A' },
  ]);
});

test('a repeated request with its key is one grading', async () => {
  const headers = { 'Idempotency-Key': `"g-${pack}"` };
  const [one, two] = [await grade(record(106.5), headers), await grade(record(106.5), headers)];
  expect([one.status, two.status, two.body.id]).toEqual([201, 201, one.body.id]);
  expect(await gradings()).toHaveLength(1);
});

test('a pack that ever had a thermal event is recycled, also when its alarm is forgotten', async () => {
  const raise = (of: string | null, n: number) => world.sql`
    insert into alarms (station, key, level, code, pack, detail, raised_at, raised_n)
    values ('bj-001', 'thermal', 4, 'thermalEvent', ${of}, 'hot', now(), ${n})
    on conflict (station, key) do update set pack = excluded.pack, raised_n = excluded.raised_n`;
  await raise(pack, 1);
  await raise(code(1), 2);
  const made = await grade(record(148));
  expect(made.body).toMatchObject({ grade: 'recycle', reasons: [{ reason: 'thermalEvent', measured: 1 }] });
});

test.each([
  [
    'in the future',
    { visual: { at: '2999-01-01T00:00:00Z', operator: 'Li', findings: [], isFit: true } },
    '/visual/at',
  ],
  ['without a device', { insulation: { at, operator: 'Li', device: '', kOhm: 5 } }, '/insulation/device'],
  ['with both units', { insulation: { at, operator: 'Li', device: 'F1', kOhm: 5, ohmPerV: 5 } }, '/insulation/kOhm'],
])('a record %s is refused by its field, and nothing is written', async (_, own, pointer) => {
  const answer = await grade(record(106.5, own));
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  expect(await gradings()).toEqual([]);
});

test('results that do not agree, and another temperature, are named together', async () => {
  const body = record(106.5);
  const residualEnergy = { ...body.residualEnergy, temperatureC: 15, dischargedAh: [100, 110] };
  const answer = await grade({ ...body, residualEnergy });
  expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual([
    '/residualEnergy/temperatureC',
    '/residualEnergy/dischargedAh',
  ]);
});

test.each([
  ['in service', { status: 'inService' }, 'workshop'],
  ['in a slot', { status: 'retired' }, 'slot'],
  ['recycled', { status: 'recycled' }, 'workshop'],
])('a pack that is %s is not graded', async (_, { status }, kind) => {
  const other = code(++serial);
  await seedPack(
    world.sql,
    other,
    kind,
    kind === 'slot' ? 'bj-001/slot/4' : 'workshop/x',
    kind === 'slot' ? 'bj-001' : null,
  );
  await world.sql`update batteries set status = ${status} where code = ${other}`;
  const answer = await grade({ ...record(106.5), pack: other });
  expect([answer.status, answer.body.code]).toEqual([409, 'change-refused']);
});

test('a policy is published as the next version and counts from then on; what was graded keeps its own', async () => {
  const use = (sohFromPct: number) => ({ sohFromPct, functions: ['backup'] });
  const policy = { A: use(60), B: use(50), C: use(40), codeManufacturer: 'PLN' };
  await grade(record(106.5));
  expect((await send('POST', 'grading-policies', { ...policy, C: use(70) }, 'operations')).status).toBe(422);
  expect((await send('POST', 'grading-policies', policy, 'maintenance')).status).toBe(403);
  const made = await send<PublishedPolicy>('POST', 'grading-policies', policy, 'operations');
  expect([made.status, made.body.version]).toEqual([201, 2]);
  const again = await grade(record(106.5, { replaces: 1 }, '2026-05-03T06:00:00Z'));
  expect([again.body.grade, again.body.policy]).toEqual(['A', 2]);
  expect((await send<Grading>('GET', `gradings/${pack}.1`)).body).toMatchObject({ grade: 'B', policy: 1 });
  const { body } = await call('/api/v1/grading-policies', 'regulator');
  expect(body.items.map(({ version }) => version)).toEqual([2, 1]);
  await expect(world.sql`delete from grading_policies`).rejects.toThrow(/append-only/);
});
