import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimControl, simControl } from '../../schema/wire/simulator.ts';
import { simControlTopic, simReportTopic } from '../../schema/wire/topics.ts';
import { createSimulatorLink } from '../../src/stations/simulator-link.ts';
import { startTestBroker, type TestBroker } from '../helpers/broker.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { callerOf, createReadWorld, seedStation } from './fixture.ts';

let broker: TestBroker;
let simulator: MqttClient;
let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
const heard: SimControl[] = [];
let answer: (control: SimControl) => object | null;

beforeAll(async () => {
  broker = await startTestBroker({ owner: 'caller' });
  const link = createSimulatorLink({ url: broker.url }, 400);
  world = await createReadWorld({ simulator: link });
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 2);
  await seedStation(world.sql, 'bj-002', 2, 50);
  await world.sql`update stations set simulated = false where id = 'bj-002'`;
  simulator = await mqtt.connectAsync(broker.url);
  await simulator.subscribeAsync(simControlTopic('+'), { qos: 1 });
  simulator.on('message', (_topic, payload) => {
    const control = simControl.parse(JSON.parse(payload.toString()));
    heard.push(control);
    const report = answer(control);
    if (report) simulator.publish(simReportTopic(control.station), JSON.stringify(report), { qos: 1 });
  });
});
afterAll(async () => {
  await world?.options.simulator.stop();
  await simulator?.endAsync(true);
  await broker?.stop();
  await world?.end();
});

const report = ({ v, station, id }: SimControl, error: string | null = null) => ({
  v,
  station,
  id,
  ok: error === null,
  error,
});
const post = <T>(station: string, body: unknown) =>
  call<T>(`/api/v1/stations/${station}/simulator`, 'staff', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('simulator control', () => {
  test('reaches the simulator and answers with its report', async () => {
    answer = (control) => report(control);
    const taxi = { type: 'taxi', bay: null, vin: null, socPct: 12 };
    expect(await post('bj-001', taxi)).toMatchObject({ status: 200, body: { station: 'bj-001', ok: true } });
    expect(heard.at(-1)).toMatchObject({ ...taxi, v: 1, station: 'bj-001' });
  });

  test('takes every control of the wire, without its head', async () => {
    answer = (control) => report(control);
    const controls = [
      { type: 'fault', fault: { kind: 'lightCurtain', bay: '1' } },
      { type: 'clearFaults' },
      { type: 'speed', timeScale: 20 },
      { type: 'taxi', bay: '1', vin: null, socPct: null },
      { type: 'traffic', on: false },
      { type: 'panel', bay: '1', button: 'reset' },
      { type: 'cleanLabels' },
      { type: 'repair', bay: '1', vehiclePack: null, stow: [] },
    ];
    expect(controls.map(({ type }) => type)).toEqual(simControl.options.map(({ shape }) => shape.type.value));
    for (const control of controls) {
      expect(await post('bj-001', control)).toMatchObject({ status: 200, body: { ok: true } });
      expect(heard.at(-1)).toMatchObject(control);
    }
  });

  test('leaves a line of who told it what, with the stored answer; a repeated or refused one leaves none', async () => {
    const since = (await world.sql`select coalesce(max(id), 0)::int as id from acts`)[0]?.id;
    answer = (control) => report(control);
    const send = (type: string, key: string) =>
      call<object>('/api/v1/stations/bj-001/simulator', 'staff', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` },
        body: JSON.stringify({ type }),
      });
    const before = heard.length;
    const [first, again] = [await send('clearFaults', 'told'), await send('clearFaults', 'told')];
    expect([first.status, again.headers.get('idempotency-replayed'), heard.length]).toEqual([200, 'true', before + 1]);
    expect(again.body).toEqual(first.body);
    answer = (control) => report(control, 'not now');
    expect((await send('cleanLabels', 'refused')).status).toBe(409);
    expect(
      await world.sql`select a.what, a.detail, a.object, a.request, (select count(*)::int from idempotency_keys k where k.xmin = a.xmin) as answers
        from acts a where a.id > ${since} and a.kind = 'station'`,
    ).toEqual([
      {
        what: 'simulatorControlled',
        detail: 'clearFaults',
        object: 'bj-001',
        request: first.headers.get('x-request-id'),
        answers: 1,
      },
    ]);
  });

  test('passes on what the simulator cannot do', async () => {
    answer = (control) => report(control, 'no such bay');
    const body = { type: 'fault', fault: { kind: 'driveOffEarly', bay: '9' } };
    expect(await post('bj-001', body)).toMatchObject({
      status: 409,
      body: { code: 'simulator-refused', detail: 'no such bay' },
    });
  });

  test('says so when no answer comes, also after the broker was away', async () => {
    answer = () => null;
    expect(await post('bj-001', { type: 'clearFaults' })).toMatchObject({
      status: 504,
      body: { code: 'simulator-timeout' },
    });
    const dropped = new Promise<void>((resolve) => simulator.once('close', () => resolve()));
    await broker.restart();
    await dropped;
    answer = (control) => report(control);
    await waitFor(
      'both to be connected again',
      async () => (await post('bj-001', { type: 'clearFaults' })).status === 200,
    );
  });

  test('never reaches a real station', async () => {
    const before = heard.length;
    expect(await post('bj-002', { type: 'clearFaults' })).toMatchObject({
      status: 409,
      body: { code: 'station-not-simulated' },
    });
    expect(await post('bj-999', { type: 'clearFaults' })).toMatchObject({ status: 404 });
    expect(heard.length).toBe(before);
  });

  test('refuses what is not a control, with the field and the reason', async () => {
    const wrong: [body: unknown, status: number, pointer: string | undefined][] = [
      ['{', 400, undefined],
      ['"x"', 422, ''],
      [{}, 422, '/type'],
      [{ type: 'speed', timeScale: 'fast' }, 422, '/timeScale'],
      [{ type: 'speed', timeScale: 2, v: 1 }, 422, '/v'],
      [{ type: 'fault', fault: { kind: 'nothing' } }, 422, '/fault/kind'],
      [{ type: 'fault', fault: { kind: 'stuck', bay: '1', step: 'unlockPack', times: 0 } }, 422, '/fault/times'],
    ];
    for (const [body, status, pointer] of wrong) {
      const refused = await post<{ errors?: { pointer: string }[] }>('bj-001', body);
      expect([body, refused.status, refused.body.errors?.[0]?.pointer]).toEqual([body, status, pointer]);
    }
    const text = await call('/api/v1/stations/bj-001/simulator', 'staff', {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '{}',
    });
    expect(text).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  });
});
