import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downTopic, upTopic } from '../../schema/wire/topics.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createKit, logOf, markOf, metric, seenBy } from './kit.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const entered = ['vehicleEntered', { bay: '1' }] as const;
const left = ['vehicleLeft', { bay: '1', early: false }] as const;

describe('records', () => {
  it('move the mark with their effect, in order, and are acknowledged when that is committed', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    for (let n = 0; n < 20; n++) n % 2 ? plc.say(...left) : plc.say(...entered);
    await plc.acked(20);
    expect(await markOf(sql, station)).toMatchObject({
      seq: 20,
      reconciled: true,
      linkUp: true,
      journalId: plc.journalId,
    });
    const log = await logOf(sql, station);
    expect(log.filter((line) => line.startsWith('record'))).toEqual(
      Array.from({ length: 20 }, (_, n) => `record ${n % 2 ? 'vehicleLeft' : 'vehicleEntered'} ${n + 1}`),
    );
    const [row] = await sql`select body, cause, journal_id from events where station = ${station} and seq = 1`;
    expect(row).toEqual({ body: { bay: '1' }, cause: null, journal_id: plc.journalId });
  });

  it('that come twice count once, and are acknowledged again', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    const engine = await startEngine();
    const plc = await connect();
    plc.say(...entered);
    await plc.acked(1);
    const acks = plc.received.length;
    for (let n = 0; n < 5; n++) plc.record(1, ...entered);
    await waitFor('the acknowledgement again', () => plc.received.slice(acks).some(({ ack }) => ack?.seq === 1));
    await waitFor(
      'five duplicates are counted',
      async () => (await metric(engine.registry, 'pitlane_uplink_dropped_total', { reason: 'duplicate' })) === 5,
    );
    expect((await logOf(sql, station)).filter((line) => line.startsWith('record'))).toHaveLength(1);
  });

  it('that come out of order wait for each other', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    for (const seq of [3, 1, 5, 2, 4]) plc.record(seq, ...entered);
    plc.seq = 5;
    await plc.acked(5);
    const log = await logOf(sql, station);
    expect(log.filter((line) => line.startsWith('record'))).toEqual(
      [1, 2, 3, 4, 5].map((seq) => `record vehicleEntered ${seq}`),
    );
  });

  it('that are missing are asked for, and taken when they come', async () => {
    const { startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.say(...entered);
    plc.seq = 3;
    plc.record(3, ...left);
    const request = await plc.gets('resend');
    expect(request.fromSeq).toBe(2);
    plc.record(2, ...left);
    await plc.acked(3);
  });

  it('that never come are skipped: the mark moves, staff hear of it, and the station must say hello', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.say(...entered);
    await plc.acked(1);
    const hellos = plc.received.filter(({ kind }) => kind === 'helloRequest').length;
    plc.record(4, ...left);
    plc.seq = 4;
    await plc.acked(4);
    expect((await logOf(sql, station)).slice(-3)).toEqual(
      expect.arrayContaining(['gap skipped', 'record vehicleLeft 4']),
    );
    await plc.gets('helloRequest', hellos + 1);
    const alarms = await sql`select code, detail from alarms where station = ${station}`;
    expect(alarms).toEqual([{ code: 'skipped', detail: 'records 2 to 3 did not come' }]);
    await waitFor('the hello is applied', async () => (await logOf(sql, station)).at(-1) === 'hello hello');
  });

  it('that are missing at the end are noticed by the heartbeat', async () => {
    const { startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    const request = await waitFor('a resend is asked for', () => {
      plc.heartbeat({ lastSeq: 2 });
      return plc.received.find((message) => message.kind === 'resend');
    });
    expect(request).toMatchObject({ fromSeq: 1 });
    plc.record(1, ...entered);
    plc.record(2, ...left);
    plc.seq = 2;
    await plc.acked(2);
  });

  it('that the station has lost are named by it, and the mark moves past them', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.record(1, 'journalLost', { from: 1, to: 40 });
    plc.record(41, ...entered);
    plc.seq = 41;
    await plc.acked(41);
    expect(await markOf(sql, station)).toMatchObject({ seq: 41 });
    expect(await seenBy(sql, station)).toContain('gap journalLost');
  });

  it('of thousands are committed many at a time', async () => {
    const { sql, stations, startEngine, connect } = await createKit(db, { stations: 10 });
    const engine = await startEngine();
    const plcs = await Promise.all(stations.map((station) => connect(station)));
    await waitFor(
      'all are greeted',
      async () =>
        (await sql`select 1 from station_marks where station = any(${stations}) and reconciled`).length === 10,
    );
    const before = await metric(engine.registry, 'pitlane_commits_total');
    for (let n = 0; n < 60; n++)
      for (const plc of plcs)
        plc.say('chargeEnded', {
          slot: 1,
          pack: 'PITPB00TRACE01A110000001',
          registerWh: n,
          reason: 'full',
          reading: null,
        });
    await Promise.all(plcs.map((plc) => plc.acked(60)));
    const commits = (await metric(engine.registry, 'pitlane_commits_total')) - before;
    expect(commits).toBeLessThan(150);
    const [count] =
      await sql`select count(*)::int as n from events where station = any(${stations}) and source = 'record'`;
    expect(count).toEqual({ n: 600 });
  });
});

describe('what cannot be used', () => {
  it('with a good envelope becomes a dead letter, and what is behind it goes on', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.say('vehicleEntered', { bay: 'x' });
    plc.say('neverHeardOf', { anything: 1 });
    plc.say('packRead', { place: 'bay/1/lift', code: 'nul \u0000 and \ud800', commandId: null, reading: null });
    plc.say(...entered);
    await plc.acked(4);
    const letters =
      await sql`select seq::int, type, problem, payload from dead_letters where station = ${station} order by seq`;
    expect(letters.map(({ seq, type, problem }) => `${seq} ${type} ${problem}`)).toEqual([
      '1 vehicleEntered body.bay: must be a bay number such as 1',
      '2 neverHeardOf type: unknown event type',
      '3 packRead body.code: must be a 24-character GB/T 34014 pack code',
    ]);
    expect(JSON.parse(letters[0]?.payload)).toMatchObject({ seq: 1, body: { bay: 'x' } });
    const alarms = await sql`select key from alarms where station = ${station} order by key`;
    expect(alarms.map(({ key }) => key)).toEqual([
      'deadLetter/neverHeardOf',
      'deadLetter/packRead',
      'deadLetter/vehicleEntered',
    ]);
    // Only what may have told of a motion or a pack holds the bays.
    expect(await seenBy(sql, station)).toEqual(['hello', 'gap deadLetter', 'record vehicleEntered']);
  });

  it('because it names a pack by the code of its second life is an incident, and the bays hold', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    const pack = 'PLNPE50GB10000001RP';
    plc.say('packRead', { place: 'bay/1/lift', code: pack, commandId: null, reading: null });
    plc.say('vehicleInPosition', { bay: '1', vehicle: { vin: 'LNBSCB3F6JD100001', pack } });
    await plc.acked(2);
    const incidents =
      await sql`select key, code, bay, packs from incidents where station = ${station} and closed_at is null`;
    expect(incidents).toEqual([{ key: `status/${pack}`, code: 'packNotForService', bay: '1', packs: [pack] }]);
    expect(await seenBy(sql, station)).toEqual(['hello', 'gap deadLetter', 'gap deadLetter']);
  });

  it('because the core throws becomes a dead letter too', async () => {
    const { sql, station, startEngine, connect } = await createKit(db);
    await startEngine();
    const plc = await connect();
    plc.say('alarm', { key: 'a', active: true, level: 1, code: 'throw', place: null, pack: null, detail: null });
    plc.say(...entered);
    await plc.acked(2);
    expect(await sql`select problem from dead_letters where station = ${station}`).toEqual([
      { problem: 'the service could not process it' },
    ]);
    await plc.gets('command');
  });

  it('because the database refuses its effect costs that one record, not the batch', async () => {
    const { sql, stations, startEngine, connect } = await createKit(db, { stations: 3 });
    await startEngine();
    const plcs = await Promise.all(stations.map((station) => connect(station)));
    for (const [index, plc] of plcs.entries()) {
      plc.say(...entered);
      if (index === 1)
        plc.say('alarm', { key: 'a', active: true, level: 1, code: 'clash', place: null, pack: null, detail: null });
      plc.say(...left);
    }
    await Promise.all(plcs.map((plc) => plc.acked(plc.seq)));
    const letters = await sql`select station, seq::int, problem from dead_letters where station = any(${stations})`;
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ station: stations[1], seq: 2 });
    expect(letters[0]?.problem).toContain('custody_one_pack_per_place');
    expect((await logOf(sql, stations[1] as string)).filter((line) => !line.startsWith('hello'))).toEqual([
      'record vehicleEntered 1',
      'deadLetter alarm 2',
      'record vehicleLeft 3',
    ]);
  });

  it('is counted and leaves no trace when it is not a message of this station and version', async () => {
    const { sql, stations, startEngine, connect } = await createKit(db, { stations: 2 });
    const engine = await startEngine();
    const plc = await connect();
    const neighbour = await connect(stations[1]);
    for (const each of [plc, neighbour]) {
      each.say(...entered);
      await each.acked(1);
    }
    const before = await markOf(sql, stations[0] as string);
    const other = await markOf(sql, stations[1] as string);
    const good = {
      v: 1,
      station: stations[0],
      journalId: plc.journalId,
      boot: 1,
      kind: 'record',
      seq: 2,
      atMs: 1,
      type: 'vehicleEntered',
      body: { bay: '1' },
    };
    const up = upTopic(stations[0] as string);
    plc.raw(up, '{"v":1,');
    plc.raw(up, Buffer.from([0xff, 0xfe]));
    plc.raw(up, JSON.stringify({ ...good, v: 2 }));
    plc.raw(up, JSON.stringify({ ...good, station: stations[1] }));
    plc.raw(up, JSON.stringify({ ...good, extra: 1 }));
    plc.raw(up, JSON.stringify({ ...good, type: 'xstate.done.actor' }));
    plc.raw(up, JSON.stringify({ ...good, body: 'x'.repeat(70_000) }));
    plc.raw(downTopic(stations[0] as string), JSON.stringify(good));
    const reasons = ['notJson', 'notUtf8', 'wrongVersion', 'wrongStation', 'badEnvelope', 'forged', 'oversize'];
    for (const reason of reasons) {
      await waitFor(
        `${reason} is counted`,
        async () => (await metric(engine.registry, 'pitlane_uplink_dropped_total', { reason })) === 1,
      );
    }
    plc.say(...left);
    await plc.acked(2);
    expect(await markOf(sql, stations[0] as string)).toMatchObject({ seq: before.seq + 1, n: before.n + 1 });
    expect(await markOf(sql, stations[1] as string)).toEqual(other);
  });
});
