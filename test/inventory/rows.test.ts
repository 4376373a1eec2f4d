import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Battery } from '../../schema/wire/api/battery.ts';
import type { BatteryModel } from '../../schema/wire/api/battery-model.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Vehicle } from '../../schema/wire/api/vehicle.ts';
import { vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';
import { type Answer, callerOf, code, createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 4, 1);
  await world.sql`insert into organisations (id, kind, name) values ('yi-dian', 'owner', 'Yi Dian'), ('green-taxi', 'fleet', 'Green')
    on conflict do nothing`;
});
afterAll(() => world?.end());

const send = <T>(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  as: Role = 'operations',
) =>
  call<T & Pick<Problem, 'code' | 'errors'> & { current: T }>(path, as, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const edition = ({ headers }: Answer<unknown>) => ({ 'If-Match': headers.get('etag') ?? '' });

const model = {
  id: 'PLN-E50',
  name: 'Pitlane 50 kWh',
  chemistry: 'NCM',
  nominalWh: 50_000,
  nominalV: 350,
  massKg: 320,
  mechanicalInterface: 'frame-a',
  electricalInterface: 'plug-400',
};

describe('battery models', () => {
  test('are made, read, changed by their edition and taken away while no pack has them', async () => {
    const made = await send<BatteryModel>('POST', '/api/v1/battery-models', model);
    expect([made.status, made.body]).toMatchObject([201, { ...model, firmwareFrom: null, edition: 1 }]);
    const twice = await send<BatteryModel>('POST', '/api/v1/battery-models', model);
    expect([twice.status, twice.body.code, twice.body.current.id]).toEqual([409, 'already-exists', 'PLN-E50']);

    const path = '/api/v1/battery-models/PLN-E50';
    const read = await send<BatteryModel>('GET', path);
    expect(read.headers.get('etag')).toBe('"1"');
    expect((await send('GET', path, undefined, { 'If-None-Match': '"1"' })).status).toBe(304);
    expect((await send('PATCH', path, { firmwareFrom: '2.0' })).status).toBe(428);
    const changed = await send<BatteryModel>('PATCH', path, { firmwareFrom: '2.0' }, edition(read));
    expect([changed.status, changed.body.firmwareFrom, changed.headers.get('etag')]).toEqual([200, '2.0', '"2"']);
    const late = await send<BatteryModel>('PATCH', path, { firmwareFrom: '3.0' }, edition(read));
    expect([late.status, late.body.code, late.body.current.firmwareFrom]).toEqual([412, 'precondition-failed', '2.0']);

    await send('POST', '/api/v1/battery-models', { ...model, id: 'PLN-E60' });
    const { body } = await call('/api/v1/battery-models?chemistry=NCM&limit=1', 'fleet');
    expect(body.items.map(({ id }) => id)).toEqual(['PLN-E50']);
    const rest = await call(`/api/v1/battery-models?limit=5&cursor=${body.nextCursor}`, 'fleet');
    expect(rest.body.items.map(({ id }) => id)).toEqual(['PLN-E60']);
    expect((await send('DELETE', '/api/v1/battery-models/PLN-E60', undefined, { 'If-Match': '"7"' })).status).toBe(412);
    expect((await send('DELETE', '/api/v1/battery-models/PLN-E60', undefined, { 'If-Match': '*' })).status).toBe(204);
    expect((await send('GET', '/api/v1/battery-models/PLN-E60')).status).toBe(404);
  });

  test('that packs in stations have wake those stations', async () => {
    const before = await world.sql`select version::int from station_marks where station = 'bj-001'`;
    await send('POST', '/api/v1/battery-models', { ...model, id: 'BP-50' });
    const after = await world.sql`select version::int from station_marks where station = 'bj-001'`;
    expect(after[0]?.version).toBe(before[0]?.version + 1);
    const gone = await send('DELETE', '/api/v1/battery-models/BP-50', undefined, { 'If-Match': '*' });
    expect([gone.status, gone.body.code]).toEqual([409, 'change-refused']);
  });
});

describe('packs', () => {
  const pack = 'PLNPE50VC4SD0SE1R0000007';
  const path = `/api/v1/batteries/${pack}`;

  test('are entered outside the stations, with owner and model', async () => {
    const made = await send<Battery>('POST', '/api/v1/batteries', {
      code: pack,
      model: 'PLN-E50',
      owner: 'yi-dian',
      at: { kind: 'truck', name: 'A-1' },
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        code: pack,
        owner: 'yi-dian',
        status: 'inService',
        chargeThroughputWh: 0,
        edition: 1,
        place: { kind: 'truck', place: 'truck/A-1', station: null },
      },
    ]);
    expect((await send('POST', '/api/v1/batteries', { code: pack, model: 'PLN-E50' })).status).toBe(409);
    const { body } = await call(`${path}/custody`, 'admin');
    expect(body.items).toMatchObject([{ version: 1, cause: 'entered', to: { place: 'truck/A-1' } }]);
    const history =
      await world.sql`select status, model, owner, by is not null as named from battery_history where code = ${pack}`;
    expect(history).toEqual([{ status: 'inService', model: 'PLN-E50', owner: 'yi-dian', named: true }]);
    const listed = await call('/api/v1/batteries?owner=yi-dian&model=PLN-E50', 'admin');
    expect(listed.body.items.map((item) => item.code)).toEqual([pack]);
  });

  test.each([
    ['a day that does not exist', { code: 'PLNPE50VC4SD0SE2Y0000007', model: 'PLN-E50' }, '/code'],
    ['a code of a module', { code: 'PLNME50VC4SD0SE1R0000007', model: 'PLN-E50' }, '/code'],
    ['a model nobody has described', { code: code(77), model: 'nope' }, '/model'],
    ['a second life', { code: code(77), model: 'PLN-E50', status: 'secondLife' }, '/status'],
    ['an owner that is a fleet', { code: code(77), model: 'PLN-E50', owner: 'green-taxi' }, '/owner'],
  ])('with %s are refused', async (_, body, pointer) => {
    const answer = await send('POST', '/api/v1/batteries', body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  test('change their status with a reason, by rules, and leave a line for each', async () => {
    const read = await send<Battery>('GET', path);
    expect((await send('PATCH', path, { status: 'resting' }, edition(read))).status).toBe(422);
    const rest = await send<Battery>('PATCH', path, { status: 'resting', reason: 'winter' }, edition(read));
    expect([rest.status, rest.body.status, rest.body.edition]).toEqual([200, 'resting', 2]);
    const late = await send<Battery>('PATCH', path, { status: 'retired', reason: 'worn out' }, edition(read));
    expect([late.status, late.body.current.status]).toEqual([412, 'resting']);
    const both = await Promise.all(
      ['retired', 'quarantined'].map((status) =>
        send<Battery>('PATCH', path, { status, reason: 'race' }, edition(rest)),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    await world.sql`update batteries set status = 'retired' where code = ${pack}`;
    const ways = ['inService', 'resting', 'quarantined'];
    for (const status of ways) {
      const back = await send<Battery>('PATCH', path, { status, reason: 'no such thing' }, { 'If-Match': '*' });
      expect([back.status, back.body.code, back.body.current.status]).toEqual([409, 'change-refused', 'retired']);
    }
    for (const [status, deed] of [
      ['secondLife', /second-life-assets/],
      ['recycled', /recyclings/],
    ] as const) {
      const word = await send<Battery>('PATCH', path, { status, reason: 'says so' }, { 'If-Match': '*' });
      expect([word.status, word.body.code, word.body.current.status]).toEqual([409, 'change-refused', 'retired']);
      expect(word.text).toMatch(deed);
    }
    // Whoever else writes it: the ledger keeps what it is.
    await world.sql`update batteries set status = 'inService', firmware = '9.9' where code = ${pack}`;
    expect((await send<Battery>('GET', path)).body).toMatchObject({ status: 'retired', firmware: '9.9' });
    const history = await world.sql`select status, reason from battery_history where code = ${pack} order by id`;
    expect(history[1]).toEqual({ status: 'resting', reason: 'winter' });
    expect(history.at(-1)?.status).toBe('retired');
  });

  test('in a station wake it when they change, and wait while a swap has them', async () => {
    const mine = `/api/v1/batteries/${code(1)}`;
    const version = async () =>
      (await world.sql`select version::int, event_n::int from station_marks where station = 'bj-001'`)[0];
    const before = await version();
    const changed = await send<Battery>(
      'PATCH',
      mine,
      { status: 'quarantined', reason: 'scratched' },
      { 'If-Match': '*' },
    );
    expect(changed.status).toBe(200);
    expect(await version()).toEqual({ version: before?.version + 1, event_n: before?.event_n + 1 });
    await world.sql`update batteries set reserved_by = 'bj-001.1.1', status = 'inService' where code = ${code(2)}`;
    const kept = await send<Battery>(
      'PATCH',
      `/api/v1/batteries/${code(2)}`,
      { status: 'retired', reason: 'old' },
      { 'If-Match': '*' },
    );
    expect([kept.status, kept.body.code]).toEqual([409, 'change-refused']);
    expect(
      (
        await send(
          'PATCH',
          `/api/v1/batteries/${code(9998)}`,
          { status: 'retired', reason: 'old' },
          { 'If-Match': '*' },
        )
      ).status,
    ).toBe(404);
  });
});

describe('vehicles', () => {
  const good = vinOf(createRandom('rows'), 1);
  const path = `/api/v1/vehicles/${good}`;

  test('are enrolled, found by plate and fleet, and changed by their edition', async () => {
    const made = await send<Vehicle>('POST', '/api/v1/vehicles', {
      vin: good,
      plate: '京AD12345',
      fleet: 'green-taxi',
      models: ['PLN-E50'],
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      { vin: good, vinCheck: 'ok', fleet: 'green-taxi', swapCount: 0, pack: null },
    ]);
    expect((await send('POST', '/api/v1/vehicles', { vin: good })).status).toBe(409);
    for (const query of ['fleet=green-taxi', `plate=${encodeURIComponent('京AD12345')}`]) {
      const { body } = await call(`/api/v1/vehicles?${query}`, 'admin');
      expect(body.items.map((item) => item.vin)).toEqual([good]);
    }
    const read = await send<Vehicle>('GET', path);
    const changed = await send<Vehicle>('PATCH', path, { firmwares: ['2.4.1'], plate: null }, edition(read));
    expect([changed.status, changed.body.firmwares, changed.body.plate, changed.body.edition]).toEqual([
      200,
      ['2.4.1'],
      null,
      2,
    ]);
    const late = await send<Vehicle>('PATCH', path, { firmwares: [] }, edition(read));
    expect([late.status, late.body.current.firmwares]).toEqual([412, ['2.4.1']]);
  });

  test('with a wrong check digit are refused in China, and noted elsewhere', async () => {
    const wrong = await send('POST', '/api/v1/vehicles', { vin: 'LSVNV133X22252761' });
    expect([wrong.status, wrong.body.errors?.[0]]).toEqual([
      422,
      { pointer: '/vin', detail: 'has a wrong check digit' },
    ]);
    const foreign = await send<Vehicle>('POST', '/api/v1/vehicles', { vin: '1M8GDM9A1KP042788' });
    expect([foreign.status, foreign.body.vinCheck]).toEqual([201, 'warning']);
    expect(
      (await send('POST', '/api/v1/vehicles', { vin: vinOf(createRandom('rows'), 2), fleet: 'yi-dian' })).status,
    ).toBe(422);
  });

  test('of others, unknown and malformed, are not found alike', async () => {
    for (const [as, vin] of [
      ['fleet', good],
      ['admin', vinOf(createRandom('none'), 3)],
      ['admin', 'x'],
    ] as const)
      expect((await send('GET', `/api/v1/vehicles/${vin}`, undefined, {}, as)).status).toBe(404);
    expect((await call('/api/v1/vehicles', 'fleet')).body.items).toEqual([]);
  });
});
