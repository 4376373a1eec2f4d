import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { BrokerLogin } from '../../schema/wire/api/registration.ts';
import type { Station } from '../../schema/wire/api/station.ts';
import { hashSecret } from '../../src/plc/identity/secret.ts';
import { callerOf, createReadWorld } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
});
afterAll(() => world?.end());

const post = <T>(path: string, body: unknown, as: 'admin' | 'staff' = 'admin') =>
  call<T>(path, as, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const least = { id: 'bj-501', name: '东直门 Dongzhimen', location: { lat: 39.94, lon: 116.43 } };
const storedHash = async (id: string) => (await world.sql`select mqtt_secret_hash from stations where id = ${id}`)[0];

describe('a station is registered', () => {
  test('with what was left out taken from the default station, and its login shown once', async () => {
    const made = await post<{ station: Station; broker: BrokerLogin }>('/api/v1/stations', least);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/api/v1/stations/bj-501');
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { station, broker } = made.body;
    expect(station).toMatchObject({ ...least, city: 'Beijing', slots: 60, powerLimitW: 1_600_000, online: false });
    expect(station.bays).toEqual([{ bay: '1', berths: 2 }]);
    expect(await storedHash('bj-501')).toEqual({ mqtt_secret_hash: hashSecret(broker.password) });
    const seen = await call('/api/v1/stations/bj-501');
    expect(seen.body).toMatchObject({ id: 'bj-501', name: least.name });
    expect(seen.text).not.toContain(broker.password);
    expect(world.lines.join('')).not.toContain(broker.password);
  });

  test('in the name of the key that asked', async () => {
    const log = await call('/api/v1/events?station=bj-501');
    expect(log.body.items).toMatchObject([{ source: 'staff', type: 'stationRegistered' }]);
    expect(log.body.items[0]?.cause).toMatch(/^[a-f0-9]{12}$/);
  });

  test('not twice, not with a wrong body, and only by an admin', async () => {
    expect((await post<Problem>('/api/v1/stations', least)).body).toMatchObject({
      status: 409,
      code: 'station-exists',
    });
    const wrong: [change: object, pointer: string][] = [
      [{ id: 'BJ 1' }, '/id'],
      [{ name: '' }, '/name'],
      [{ location: { lat: 91, lon: 0 } }, '/location/lat'],
      [{ slots: 0 }, '/slots'],
      [{ bays: [{ bay: '1', berths: 3 }] }, '/bays/0/berths'],
      [
        {
          bays: [
            { bay: '1', berths: 2 },
            { bay: '1', berths: 2 },
          ],
        },
        '/bays',
      ],
      [{ name: 'a\u0000b' }, '/name'],
      [{ partition: 3 }, '/partition'],
    ];
    for (const [change, pointer] of wrong) {
      const refused = await post<Problem>('/api/v1/stations', { ...least, id: 'bj-502', ...change });
      expect([refused.status, refused.body.code, change]).toEqual([422, 'invalid-body', change]);
      expect(refused.body.errors?.map((error) => error.pointer)).toContain(pointer);
    }
    expect((await post('/api/v1/stations', { ...least, id: 'bj-502' }, 'staff')).status).toBe(403);
    expect((await call('/api/v1/stations/bj-502')).status).toBe(404);
  });
});

describe('a new password', () => {
  test('replaces the old one', async () => {
    const before = await storedHash('bj-501');
    const made = await post<BrokerLogin>('/api/v1/stations/bj-501/credentials', undefined);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ username: 'bj-501', clientId: 'bj-501' });
    expect(await storedHash('bj-501')).toEqual({ mqtt_secret_hash: hashSecret(made.body.password) });
    expect(await storedHash('bj-501')).not.toEqual(before);
  });

  test('is refused to strangers and for stations that are not there', async () => {
    expect((await post('/api/v1/stations/bj-501/credentials', undefined, 'staff')).status).toBe(403);
    expect((await post('/api/v1/stations/bj-599/credentials', undefined)).status).toBe(404);
  });
});
