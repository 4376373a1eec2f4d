import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileImport } from '../../schema/wire/api/import.ts';
import { code, seedPack, seedStation, vin } from '../api/fixture.ts';
import { framesOf } from '../api/sse.ts';
import { type Body, createImportWorld, type ImportWorld } from './world.ts';

let world: ImportWorld;
beforeAll(async () => {
  world = await createImportWorld();
  await seedStation(world.sql, 'bj-001', 6);
  await seedStation(world.sql, 'bj-002', 4, 100);
});
afterAll(() => world?.end());

const counts = ({ state, inserted, updated, unchanged, rejected }: FileImport) => ({
  state,
  inserted,
  updated,
  unchanged,
  rejected,
});
const packs = (codes: readonly string[]) =>
  world.sql`select * from batteries where code = any(${[...codes]}::text[]) order by code`;

describe('batteries', () => {
  const file = [
    'code,model,owner,firmware,sohPct,status,place',
    `${code(5001)},BP-50,pack-bank,bms-4,98.5,,`,
    `${code(5002)},BP-75,,,,retired,workshop/fengtai`,
    `${code(5003)},BP-50,pack-bank,,,,bj-001/slot/6`,
  ].join('\n');

  test('come in with their place, their first move and a line in the log of the station', async () => {
    const done = await world.bringIn('kind=batteries', file);
    expect(counts(done)).toEqual({ state: 'done', inserted: 3, updated: 0, unchanged: 0, rejected: 0 });
    expect(done).toMatchObject({ rows: 3, checked: 3, bytes: Buffer.byteLength(file), failure: null });
    const places =
      await world.sql`select pack, kind, place, station, version::int from custody where pack = any(${[5001, 5002, 5003].map(code)})
      order by pack`;
    expect(places.map((row) => [row.kind, row.place, row.station, row.version])).toEqual([
      ['delivery', 'delivery', null, 1],
      ['workshop', 'workshop/fengtai', null, 1],
      ['slot', 'bj-001/slot/6', 'bj-001', 1],
    ]);
    const moves =
      await world.sql`select cause, reason, "by" is not null as by from custody_moves where pack = ${code(5003)}`;
    expect(moves).toMatchObject([{ cause: 'import', reason: `import ${done.id}`, by: true }]);
    expect(await world.sql`select station, type from events where type = 'packsImported'`).toMatchObject([
      { station: 'bj-001' },
    ]);
    expect(await world.sql`select version::int from station_marks where station = 'bj-001'`).toMatchObject([
      { version: 1 },
    ]);
    expect(await world.sql`select reason from battery_history where code = ${code(5001)}`).toMatchObject([
      { reason: `import ${done.id}` },
    ]);
    expect(await world.sql`select count(*)::int as n from import_rows`).toMatchObject([{ n: 0 }]);
  });

  test('that are as the file says are not touched', async () => {
    const before = await world.sql`select code, xmin::text, edition from batteries order by code`;
    const done = await world.bringIn('kind=batteries', file);
    expect(counts(done)).toEqual({ state: 'done', inserted: 0, updated: 0, unchanged: 3, rejected: 0 });
    expect(await world.sql`select code, xmin::text, edition from batteries order by code`).toEqual(before);
  });

  test('on shelves take what the file says; those that machines have take an owner only; none moves', async () => {
    const slot = code(1);
    const changes = [
      'code,owner,model,firmware,place',
      `${code(5001)},other-bank,BP-75,bms-5,recycler`,
      `${slot},other-bank,,bms-9,workshop`,
      `${code(5002)},,,,`,
    ].join('\r\n');
    const done = await world.bringIn('kind=batteries', changes);
    expect(counts(done)).toEqual({ state: 'done', inserted: 0, updated: 2, unchanged: 1, rejected: 0 });
    expect(await packs([code(5001), slot])).toMatchObject([
      { code: slot, owner: 'other-bank', model: 'BP-50', firmware: 'bms-4.1.0', edition: 2 },
      { code: code(5001), owner: 'other-bank', model: 'BP-75', firmware: 'bms-5', soh_pct: 98.5, edition: 2 },
    ]);
    expect(
      await world.sql`select kind from custody where pack = any(${[slot, code(5001)]}) order by pack`,
    ).toMatchObject([{ kind: 'slot' }, { kind: 'delivery' }]);
  });

  test('with one bad row keep all others out, unless the mode is partial; each error has line, column and reason', async () => {
    await world.sql`update slots set reserved_by = 'bj-002.1.1' where station = 'bj-002' and slot = 4`;
    await seedPack(world.sql, code(5900), 'delivery', 'delivery', null);
    const bad = [
      '\uFEFFcode,model,owner,sohPct,status,place',
      `${code(5101)},BP-50,pack-bank,,,`,
      `nonsense,BP-50,pack-bank,,,`,
      `${code(5102)},,pack-bank,,,`,
      `${code(5103)},BP-51,nobody,200,gone,moon`,
      '',
      `${code(5104)},BP-50,blue-taxi,,,bj-001/slot/1`,
      `${code(5105)},BP-50,,,,bj-001/slot/99`,
      `${code(5106)},BP-50,,,,bj-002/slot/4`,
      `${code(5107)},BP-50,,,,vehicle/${vin(77)}`,
      `${code(5101)},BP-75,,,,`,
      `${code(1)},BP-75,,,,`,
      `${code(5900)},BP-50,,,retired,`,
      `${code(5108)},BP-50,"a\r\nb"`,
      `${code(5109)},BP-51,,,,"bj-001/isolation/3"`,
      `${code(5110)},BP-50,,,recycled,`,
    ].join('\r\n');
    const strict = await world.bringIn('kind=batteries&mode=strict', bad);
    expect(counts(strict)).toEqual({ state: 'rejected', inserted: 0, updated: 0, unchanged: 0, rejected: 13 });
    expect(await world.errorsOf(strict.id)).toEqual([
      '3:code must be a 24-character GB/T 34014 pack code',
      '4:model is needed for a new pack',
      '5:place must be a place such as delivery, workshop/fengtai, vehicle/<VIN> or bj-001/slot/17',
      '5:sohPct Too big: expected number to be <=110',
      '5:status Invalid option: expected one of "inService"|"quarantined"|"resting"|"retired"|"secondLife"|"recycled"',
      `7:owner is not the id of an owner`,
      `7:place ${code(1)} is there`,
      '8:place there is no bj-001/slot/99',
      '9:place the slot is set aside for bj-002.1.1',
      '10:place no such vehicle is enrolled',
      '11:code repeats line 2',
      `12:model the pack is at bj-001/slot/1 and says it is a BP-50`,
      '13:status the pack is inService: that is changed on the pack, with a reason',
      '14: has 3 cells, the header 6',
      '16:model is not a known model',
      '16:place there is no bj-001/isolation/3',
      '17:status a new pack is not recycled: bring it in as retired; its grading, asset or hand-over makes the rest',
    ]);
    expect(await packs([code(5101)])).toEqual([]);

    const rehearsed = await world.bringIn('kind=batteries&mode=partial&dryRun=true', bad);
    expect(rehearsed).toMatchObject({ state: 'done', dryRun: true, inserted: 1, unchanged: 0, rejected: 13 });
    expect(await world.errorsOf(rehearsed.id)).toEqual(await world.errorsOf(strict.id));
    expect(await packs([code(5101)])).toEqual([]);

    const partial = await world.bringIn('kind=batteries&mode=partial', bad);
    expect(counts(partial)).toEqual({ state: 'done', inserted: 1, updated: 0, unchanged: 0, rejected: 13 });
    expect(await packs([code(5101)])).toMatchObject([{ model: 'BP-50', owner: 'pack-bank' }]);
  });

  test('do not share a place, also not within the file', async () => {
    const bad = `code,model,place\n${code(5201)},BP-50,bj-001/isolation/1\n${code(5202)},BP-50,bj-001/isolation/1`;
    const done = await world.bringIn('kind=batteries', bad);
    expect(done.state).toBe('rejected');
    expect(await world.errorsOf(done.id)).toEqual(['3:place line 2 has a pack there too']);
  });
});

describe('vehicles', () => {
  test('come in, are changed and left; a foreign check digit is a warning', async () => {
    const file = [
      'VIN,plate,fleet,models,mechanicalInterfaces',
      `${vin(2)},京A12345,blue-taxi,BP-50;BP-75,frame-a`,
      `11111111121111111,,green-taxi,,`,
    ].join('\n');
    const first = await world.bringIn('kind=vehicles', file);
    expect(first.state).toBe('rejected');
    expect(await world.errorsOf(first.id)).toEqual([
      '2:vin has a wrong check digit',
      '3:vin has a wrong check digit (warning)',
    ]);

    const sound = file.replace(vin(2), 'LNBSCB3F6JD100001');
    expect(counts(await world.bringIn('kind=vehicles', sound, 'operations'))).toMatchObject({
      state: 'done',
      inserted: 2,
    });
    expect(counts(await world.bringIn('kind=vehicles', sound))).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 2,
    });
    const other = `vin,plate\nLNBSCB3F6JD100001,京A99999`;
    expect(counts(await world.bringIn('kind=vehicles', other))).toMatchObject({ updated: 1, unchanged: 0 });
    expect(
      await world.sql`select plate, fleet, models, edition from vehicles where vin = 'LNBSCB3F6JD100001'`,
    ).toMatchObject([{ plate: '京A99999', fleet: 'blue-taxi', models: ['BP-50', 'BP-75'], edition: 2 }]);
  });

  test('that take other packs now: the stations that saw them last hear of it, for they may stand there; of another plate they do not', async () => {
    const car = '1FTFW1ETXDFA12345';
    const known = (await world.sql`select station, version::int from station_marks where station = 'bj-001'`)[0];
    await world.sql`insert into vehicles (vin, last_station, models) values (${car}, 'bj-001', '{BP-75}')`;
    const plate = await world.bringIn('kind=vehicles', `vin,plate\n${car},京A77777`);
    expect(counts(plate)).toMatchObject({ state: 'done', updated: 1 });
    const lines = () => world.sql`select body from events where station = 'bj-001' and type = 'vehiclesImported'`;
    expect(await lines()).toEqual([]);
    const models = await world.bringIn('kind=vehicles', `vin,models\n${car},BP-50;BP-75`);
    expect(counts(models)).toMatchObject({ state: 'done', updated: 1 });
    expect(await lines()).toEqual([{ body: { import: models.id } }]);
    const [now] = await world.sql`
      select k.version::int, w.version::int as told from station_marks k join wakeups w using (station) where station = 'bj-001'`;
    expect(now).toEqual({ version: known?.version + 1, told: known?.version + 1 });
  });

  test('of their own fleet are all a fleet manager brings in and sees', async () => {
    const file = 'vin,fleet\n1M8GDM9AXKP042788,\n11111111111111111,green-taxi\n11111111121111111,blue-taxi\n';
    const done = await world.bringIn('kind=vehicles&mode=partial', file, 'fleet');
    expect(counts(done)).toEqual({ state: 'done', inserted: 1, updated: 0, unchanged: 0, rejected: 2 });
    expect(await world.errorsOf(done.id)).toEqual([
      '3:fleet must be blue-taxi',
      '4:vin cannot be enrolled by you: ask the operator',
      '4:vin has a wrong check digit (warning)',
    ]);
    expect(await world.sql`select fleet from vehicles where vin = '1M8GDM9AXKP042788'`).toMatchObject([
      { fleet: 'blue-taxi' },
    ]);
    const { body } = await world.call('/api/v1/imports', 'fleet');
    expect(body.items.map(({ id }) => id)).toEqual([done.id]);
    const all = await world.call('/api/v1/imports?kind=batteries', 'admin');
    const foreign = all.body.items[0]?.id;
    for (const path of ['', '/errors', '/progress'])
      expect((await world.call(`/api/v1/imports/${foreign}${path}`, 'fleet')).status).toBe(404);
    expect((await world.call(`/api/v1/imports/${foreign}/cancel`, 'fleet', { method: 'POST' })).status).toBe(404);
  });
});

describe('users', () => {
  const file = [
    'email,name,role,organisation,stations,language',
    'Li.Na@example.com,李娜,fleet,blue-taxi,,',
    'wang@example.com,王伟,staff,,bj-002;bj-001,en',
    'no@example.com,No One,owner,,,',
    'bad@example,Bad,king,,,fr',
    'far@example.com,Far,staff,,bj-009,',
  ].join('\n');

  test('come in by an admin; what a role needs is looked at', async () => {
    const done = await world.bringIn('kind=users&mode=partial', file);
    expect(counts(done)).toMatchObject({ state: 'done', inserted: 2, rejected: 3 });
    expect(await world.errorsOf(done.id)).toEqual([
      '4:organisation is needed for the role owner',
      '5:email must be an e-mail address',
      '5:language Invalid option: expected one of "zh"|"en"',
      expect.stringMatching(/^5:role Invalid option/),
      '6:stations there is no station bj-009',
    ]);
    expect(
      await world.sql`select email, role, stations, language, id ~ '^u[0-9a-f]{12}$' as formed from users order by email`,
    ).toMatchObject([
      { email: 'li.na@example.com', role: 'fleet', formed: true, language: 'zh' },
      { email: 'wang@example.com', stations: ['bj-001', 'bj-002'], language: 'en' },
    ]);
    expect(counts(await world.bringIn('kind=users&mode=partial', file))).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 2,
    });
    await world.sql`update users set role = 'admin' where email = 'wang@example.com'`;
    const less = await world.bringIn('kind=users', 'email,role\nwang@example.com,staff\n');
    expect(await world.errorsOf(less.id)).toEqual(['2:role an admin stays one: that is changed on the user']);
  });

  test('are nobody else’s to bring in', async () => {
    expect((await world.send('kind=users', file, { as: 'operations' })).status).toBe(403);
    expect((await world.send('kind=batteries', 'code\n', { as: 'fleet' })).status).toBe(403);
  });
});

describe('a file', () => {
  const reject = async (body: Body) => {
    const done = await world.bringIn('kind=batteries&mode=partial', body);
    expect(done).toMatchObject({ state: 'rejected', inserted: 0 });
    return world.errorsOf(done.id);
  };
  const columns = 'the columns are code, model, owner, firmware, sohPct, status, place';

  test('with another header is not read', async () => {
    expect(await reject('model,colour,model\nBP-50,red,x\n')).toEqual([
      `1: there is no column "colour"; the column code is missing; the column model is there twice; ${columns}`,
    ]);
    expect(await reject('')).toEqual(['1: the file is empty: its first line names the columns']);
  });

  test('that is no CSV is not read on from there', async () => {
    expect(await reject(`code,model\n${code(7001)},"BP\r\n-50"\r\n${code(7002)},"BP"-50\n`)).toEqual([
      '4: a quoted cell goes on after its closing quote: a quote inside a cell is written twice',
    ]);
    expect(await reject(`code,model\n${code(7001)},BP-50\n${code(7002)},"BP-50\n`)).toEqual([
      '3: a quote is opened and never closed',
    ]);
  });

  test('in another encoding is told by line and column', async () => {
    const gbk = Buffer.concat([
      Buffer.from(`code,place\n${code(7001)},workshop/`),
      Buffer.from([0xb7, 0xe1, 0xcc, 0xa8]),
      Buffer.from('\n'),
    ]);
    const done = await world.bringIn('kind=batteries', gbk);
    expect(await world.errorsOf(done.id)).toEqual(['2:place is not UTF-8']);
    expect(await reject(Buffer.from('\uFEFFcode\n', 'utf16le'))).toEqual([
      '1: the file is UTF-16: save it as CSV in UTF-8',
    ]);
  });

  test('is refused before it is read: without a key, of another type, of an unknown kind', async () => {
    expect((await world.send('kind=batteries', 'code\n', { key: null })).status).toBe(400);
    expect((await world.send('kind=batteries', '{}', { type: 'application/json' })).status).toBe(415);
    expect((await world.send('kind=batteries', 'x', { type: 'text/csv; charset=gbk' })).status).toBe(415);
    expect((await world.send('kind=cars', 'code\n')).status).toBe(400);
  });

  test('may be larger than other bodies, and too large', async () => {
    const large = `code,model\n${Array.from({ length: 4000 }, (_, n) => `${code(20_000 + n)},BP-50`).join('\n')}`;
    expect(Buffer.byteLength(large)).toBeGreaterThan(65_536);
    expect(counts(await world.bringIn('kind=batteries', large))).toMatchObject({ state: 'done', inserted: 4000 });
    const answer = await world.send('kind=batteries', new Uint8Array(64 * 1024 * 1024 + 1).fill(10));
    expect(answer.status).toBe(413);
  });

  test('sent again with its key is the same import; with another file it is refused; neither leaves anything', async () => {
    const file = `code,model\n${code(7101)},BP-50\n`;
    const first = await world.send('kind=batteries', file, { key: 'again' });
    await world.ended(first.body.id);
    const second = await world.send('kind=batteries', file, { key: 'again' });
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(`/api/v1/imports/${first.body.id}`);
    const other = await world.send('kind=batteries', `${file}x`, { key: 'again' });
    expect(other.status).toBe(422);
    expect(await world.sql`select count(*)::int as n from imports where state = 'receiving'`).toMatchObject([{ n: 0 }]);
    expect(await world.sql`select count(*)::int as n from import_rows`).toMatchObject([{ n: 0 }]);
  });

  test('is followed by its progress, which ends with it', async () => {
    const { body } = await world.send('kind=batteries', `code,model\n${code(7201)},BP-50\n`);
    const answer = await world.app.request(`/api/v1/imports/${body.id}/progress`, {
      headers: { Authorization: `Bearer ${world.keys.admin}` },
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const frames = framesOf(await answer.text());
    expect(frames.at(-1)).toMatchObject({ event: 'end', data: { state: 'done' } });
    expect(frames.at(-2)?.data).toMatchObject({ id: body.id, state: 'done', inserted: 1 });
  });

  test('can be cancelled while it comes in, and not any more when it is done', async () => {
    let push: (text: string) => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => (text === '' ? controller.close() : controller.enqueue(Buffer.from(text)));
      },
    });
    push('code,model\n');
    const sent = world.send('kind=batteries&mode=partial', body);
    const id = await (async () => {
      for (;;) {
        const [row] = await world.sql`select id from imports where state = 'receiving'`;
        if (row) return String(row.id);
      }
    })();
    const cancelled = await world.call<FileImport>(`/api/v1/imports/${id}/cancel`, 'admin', { method: 'POST' });
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    push(`${code(7301)},BP-50\n`);
    push('');
    expect((await sent).status).toBe(409);
    expect(await packs([code(7301)])).toEqual([]);
    const again = await world.call(`/api/v1/imports/${id}/cancel`, 'admin', { method: 'POST' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'change-refused', current: { state: 'cancelled' } },
    ]);
    // Who cancelled it stands with the change; the refusal left nothing.
    const lines =
      await world.sql`select a.kind, a.request, a.outcome, (select state from imports i where i.id = a.object) as state
      from acts a where a.what = 'importCancelled' and a.object = ${id}`;
    const request = cancelled.headers.get('x-request-id');
    expect(lines).toEqual([{ kind: 'import', request, outcome: 'done', state: 'cancelled' }]);
  });

  test('gives its errors as CSV', async () => {
    const { id } = await world.bringIn('kind=batteries', 'code,model\nx,BP-50\n');
    const answer = await world.app.request(`/api/v1/imports/${id}/errors`, {
      headers: { Authorization: `Bearer ${world.keys.admin}`, Accept: 'text/csv' },
    });
    expect((await answer.text()).split('\r\n')).toEqual([
      'line,column,reason,severity',
      '2,code,must be a 24-character GB/T 34014 pack code,error',
      '',
    ]);
  });
});
