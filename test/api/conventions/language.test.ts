import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemCode } from '../../../schema/wire/api/problem.ts';
import { problemTextsZh } from '../../../src/api/texts/problems-zh.ts';
import { callerOf, createReadWorld, type Listed, seedStation } from '../fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  const bay = {
    station: 'bj-001',
    bay: '1',
    state: 'held',
    swap: null,
    vehicle: null,
    robotStep: null,
    shuttleStep: null,
    waitingFor: 'resume (held: by staff)',
    safety: 'ready',
    sensors: null,
    allowed: [],
  };
  world = await createReadWorld({ desk: { readBays: async () => [bay] } as never });
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 3);
  await world.sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n)
    values ('bj-001', 'smoke/slots', 4, 'smoke', 'smoke in the slots', now(), 1)`;
});
afterAll(() => world?.end());

interface Refused {
  title: string;
  detail: string;
  code: string;
}
const ask = <T = Listed>(path: string, language: string) =>
  call<T>(path, 'admin', { headers: { 'Accept-Language': language } });

test('every kind of problem has its Chinese text, and no other has one', () => {
  expect(Object.keys(problemTextsZh).sort()).toEqual([...problemCode.options].sort());
  for (const texts of Object.values(problemTextsZh)) expect(texts.title + texts.explanation).toMatch(/\p{Script=Han}/u);
});

test('a refusal speaks the language that is liked best, and English where none is', async () => {
  const path = '/api/v1/stations/bj-999';
  const chinese = ['zh', 'zh-CN,zh;q=0.9,en;q=0.8', 'fr, zh-Hans;q=0.5, en;q=0.4', 'ZH'];
  for (const language of chinese) {
    const { headers, body } = await ask<Refused>(path, language);
    expect(body).toMatchObject({ code: 'not-found', title: '不存在', detail: '没有这样的站点。' });
    expect([headers.get('content-language'), headers.get('vary')]).toEqual(['zh', 'Accept, Accept-Language']);
  }
  for (const language of ['en-GB', 'fr', '*', 'zh;q=0', 'zh;q=0.3,en;q=0.7', ';;']) {
    const { headers, body } = await ask<Refused>(path, language);
    expect(body).toMatchObject({ title: 'There is no such thing', detail: 'There is no such station.' });
    expect(headers.get('content-language')).toBe('en');
  }
});

test('what is special about a refusal is not lost in translation', async () => {
  const { body } = await ask<Refused>('/api/v1/swaps?limit=0', 'zh');
  expect(body).toMatchObject({ code: 'invalid-parameter', errors: [{ parameter: 'limit' }] });
  expect(body.detail).toMatch(/参数.*limit/);
});

test('what a bay waits for, and what an alarm is', async () => {
  const bays = await ask('/api/v1/stations/bj-001/bays', 'zh');
  expect(bays.body.items[0]).toMatchObject({ waitingFor: '等待恢复（暂停原因：人工）', state: 'held' });
  expect(bays.headers.get('content-language')).toBe('zh');
  expect((await ask('/api/v1/stations/bj-001/bays', 'en')).body.items[0]).toMatchObject({
    waitingFor: 'resume (held: by staff)',
  });
  const alarms = await ask('/api/v1/alarms', 'zh');
  expect(alarms.body.items[0]).toMatchObject({ code: 'smoke', detail: '烟雾报警（smoke in the slots）' });
});

test('what is wrong with a field is said in the language of the request, and of no other request', async () => {
  const send = async (body: object, language: string) => {
    const headers = {
      'Accept-Language': language,
      'Content-Type': 'application/json',
      'Idempotency-Key': `"${language}"`,
    };
    const { status, body: said } = await call<Refused & { errors: { pointer: string; detail: string }[] }>(
      '/api/v1/vehicles',
      'admin',
      { method: 'POST', headers, body: JSON.stringify(body) },
    );
    expect(status).toBe(422);
    return {
      detail: said.detail,
      errors: Object.fromEntries(said.errors.map(({ pointer, detail }) => [pointer, detail])),
    };
  };
  const wrong = { vin: 7, models: 'BP-50', firmwares: ['x'.repeat(40)], colour: 'red' };
  const [chinese, english] = await Promise.all([send(wrong, 'zh-CN'), send(wrong, 'en')]);
  expect(Object.keys(chinese.errors).sort()).toEqual(Object.keys(english.errors).sort());
  expect(chinese.errors).toMatchObject({ '/models': expect.stringContaining('期望'), '/colour': '此处没有这一项' });
  for (const detail of Object.values(chinese.errors)) expect(detail).toMatch(/\p{Script=Han}/u);
  for (const detail of Object.values(english.errors)) expect(detail).not.toMatch(/\p{Script=Han}/u);
  expect(chinese.detail).toMatch(/^请求体无效（vin）：/);
  expect(english.detail).toMatch(/^The body is not valid at vin: Invalid input/);
  const missing = await send({}, 'zh');
  expect(missing.errors['/vin']).toContain('undefined');
  // What our own schemas say stays in their words.
  expect((await send({ vin: 'LNBSCB3F0JD100001' }, 'zh')).errors['/vin']).toMatch(/check digit/);
});
