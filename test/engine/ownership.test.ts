import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { createStepper, engineSettings, systemClock } from '../../src/engine/index.ts';
import { createFaultPoints } from '../../src/platform/fault-points.ts';
import { startTcpProxy } from '../faults/harness/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { newFakeBay, stepFake, stepFakeWithin } from './fake-core.ts';
import { createKit, type Kit, logOf, markOf, seenBy } from './kit.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const action = (name: 'hold' | 'resume' | 'abort') =>
  ({ source: 'action', request: { bay: '1', action: name, reason: 'because', by: 'key-1' } }) as const;

/** A process without an engine, such as one that only serves the API. */
async function startStepper(kit: Kit, { databaseUrl = kit.databaseUrl, stepStation = stepFake } = {}) {
  const pool = await createPool({ databaseUrl, max: 2, name: 'stepper', settings: engineSettings });
  onTestFinished(() => pool.end());
  return createStepper({
    pool,
    stepStation,
    newBay: newFakeBay,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    validBeats: 20,
  });
}

const greeted = (kit: Kit) => waitFor('it is greeted', async () => (await markOf(kit.sql, kit.station)).reconciled);

describe('a request', () => {
  it('is stepped by the owner in its turn and answered when it is committed', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine();
    const plc = await kit.connect();
    await greeted(kit);
    const stepped = await engine.stepNow(kit.station, action('resume'));
    const command = await plc.gets('command');
    expect(stepped).toMatchObject({ action: { accepted: true, commandId: command.id } });
    const [row] =
      await kit.sql`select source, type, bay, cause, body from events where station = ${kit.station} and n = ${stepped.eventN}`;
    expect(row).toMatchObject({
      source: 'action',
      type: 'resume',
      bay: '1',
      cause: 'key-1',
      body: { reason: 'because' },
    });
  });

  it('that is refused writes nothing', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine();
    await kit.connect();
    await greeted(kit);
    const before = await markOf(kit.sql, kit.station);
    const refused = { action: { accepted: false, reason: 'never', allowed: ['hold'] }, eventN: null };
    expect(await engine.stepNow(kit.station, action('abort'))).toMatchObject(refused);
    expect(await (await startStepper(kit)).stepNow(kit.station, action('abort'))).toMatchObject(refused);
    expect(await markOf(kit.sql, kit.station)).toEqual(before);
  });

  it('is stepped by a process that does not own the station, and the owner sends what it decided', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine({ stepStation: stepFakeWithin(2_000) });
    const plc = await kit.connect();
    await greeted(kit);
    const stepper = await startStepper(kit, { stepStation: stepFakeWithin(2_000) });
    const stepped = await stepper.stepNow(kit.station, action('resume'));
    const command = await plc.gets('command');
    expect(stepped.action).toEqual({ accepted: true, commandId: command.id });
    // The owner goes on from there.
    plc.say('vehicleEntered', { bay: '1' });
    await plc.acked(1);
    expect((await seenBy(kit.sql, kit.station)).filter((name) => name !== 'timer late')).toEqual([
      'hello',
      'action resume',
      'record vehicleEntered',
    ]);
    await waitFor(
      'the wake-up is taken away',
      async () => (await kit.sql`select 1 from wakeups where station = ${kit.station}`).length === 0,
    );
    // A timer armed elsewhere fires here.
    await waitFor('the timer has fired', async () => (await seenBy(kit.sql, kit.station)).includes('timer late'));
    expect(engine.status().stations).toBe(1);
  });

  it('races with the owner and with others, and each is done once', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine();
    const plc = await kit.connect();
    await greeted(kit);
    const steppers = await Promise.all([startStepper(kit), startStepper(kit)]);
    const holds = Array.from({ length: 18 }, (_, n) => {
      if (n % 3 === 0) plc.say('vehicleLeft', { bay: '1', early: false });
      return (n % 3 === 0 ? engine : (steppers[n % 2] ?? engine)).stepNow(kit.station, action('hold'));
    });
    const stepped = await Promise.all(holds);
    await plc.acked(6);
    const numbers = stepped.map(({ eventN }) => eventN);
    expect(new Set(numbers).size).toBe(18);
    const seen = await seenBy(kit.sql, kit.station);
    expect(seen.filter((name) => name === 'action hold')).toHaveLength(18);
    expect(seen.filter((name) => name === 'record vehicleLeft')).toHaveLength(6);
    const mark = await markOf(kit.sql, kit.station);
    expect((await logOf(kit.sql, kit.station)).length).toBe(mark.n);
  });

  it('whose answer was lost by the database is not done twice', async () => {
    const kit = await createKit(db);
    await kit.startEngine();
    await kit.connect();
    await greeted(kit);
    const url = new URL(db.url);
    const proxy = await startTcpProxy(Number(url.port));
    onTestFinished(() => proxy.end());
    url.port = String(proxy.port);
    const stepper = await startStepper(kit, { databaseUrl: url.href });
    await stepper.stepNow(kit.station, action('hold'));
    const lost = proxy.loseAnswerTo('"requestId":"req-7"');
    const stepped = await stepper.stepNow(kit.station, action('hold'), { requestId: 'req-7' });
    await lost;
    expect((await seenBy(kit.sql, kit.station)).filter((name) => name === 'action hold')).toHaveLength(2);
    const rows =
      await kit.sql`select n::int from events where station = ${kit.station} and body ->> 'requestId' = 'req-7'`;
    expect(rows).toEqual([{ n: stepped.eventN }]);
  });

  it('for a station that nobody knows is refused in words', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine();
    await expect(engine.stepNow('bj-999', action('hold'))).rejects.toThrow('there is no station bj-999');
  });
});

describe('a partition', () => {
  it('goes to another worker when its owner stops, at once', async () => {
    const kit = await createKit(db);
    const first = await kit.startEngine();
    const second = await kit.startEngine();
    const plc = await kit.connect();
    await greeted(kit);
    expect([first.status().stations, second.status().stations]).toEqual([1, 0]);
    plc.say('chargeStarted', { slot: 1, pack: 'PITPB00TRACE01A110000001', registerWh: 1, reading: null });
    const { epoch } = await plc.gets('ack');
    await first.stop();
    await waitFor('the other one has it', () => second.status().stations === 1);
    plc.say('vehicleEntered', { bay: '1' });
    const command = await plc.gets('command');
    expect(command.epoch).toBeGreaterThan(epoch);
  });

  it('whose lease was not renewed in time is given up by its owner, by its own clock', async () => {
    const kit = await createKit(db);
    let ahead = 0;
    const clock = { wall: () => Date.now(), monotonic: () => performance.now() + ahead };
    const engine = await kit.startEngine({ clock, config: { leaseTtlMs: 1_000, leaseMarginMs: 200 } });
    const plc = await kit.connect();
    await greeted(kit);
    plc.say('chargeStarted', { slot: 1, pack: 'PITPB00TRACE01A110000001', registerWh: 1, reading: null });
    const first = await plc.gets('ack');
    // As after SIGSTOP: the clock has jumped, no renewal was possible, the next event comes before any timer.
    ahead += 1_000;
    plc.say('vehicleEntered', { bay: '1' });
    // It takes the lease again, but then under a new epoch and after a new hello.
    const command = await plc.gets('command');
    expect(command.epoch).toBeGreaterThan(first.epoch);
    const asked = plc.received.findIndex(({ kind, epoch }) => kind === 'helloRequest' && epoch === command.epoch);
    expect(asked).toBeGreaterThan(-1);
    expect(asked).toBeLessThan(plc.received.indexOf(command));
    expect(engine.status().stations).toBe(1);
  });

  it('that two workers believe in is written by either without harm', async () => {
    const kit = await createKit(db);
    const first = await kit.startEngine({ config: { owner: `a-${kit.station}`, leaseRenewMs: 30_000 } });
    const plc = await kit.connect();
    await greeted(kit);
    // The row is taken away behind the first one's back: it goes on believing for a minute.
    await kit.sql`update partition_leases set expires_at = now() - interval '1 second' where owner = ${`a-${kit.station}`}`;
    const second = await kit.startEngine();
    await waitFor('both have it', () => first.status().stations === 1 && second.status().stations === 1);
    for (let n = 0; n < 30; n++) plc.say('vehicleLeft', { bay: '1', early: false });
    await plc.acked(30);
    const seen = await seenBy(kit.sql, kit.station);
    expect(seen.filter((name) => name === 'record vehicleLeft')).toHaveLength(30);
    const log = (await logOf(kit.sql, kit.station)).filter((line) => line.startsWith('record'));
    expect(log).toEqual(Array.from({ length: 30 }, (_, n) => `record vehicleLeft ${n + 1}`));
  });

  it('gets stations that are commissioned later, and loses those that are closed', async () => {
    const kit = await createKit(db);
    const engine = await kit.startEngine();
    const id = `${kit.station}-late`;
    await kit.sql`
      insert into stations (id, name, city, lat, lon, partition, type, simulated)
      select ${id}, name, city, lat, lon, partition, type, simulated from stations where id = ${kit.station}`;
    await kit.sql`insert into station_marks (station) values (${id})`;
    engine.rescan();
    await waitFor('it is run', () => engine.status().stations === 2);
    const plc = await kit.connect(id);
    plc.say('vehicleEntered', { bay: '1' });
    await plc.gets('command');
    await kit.sql`update stations set retired_at = now() where id = ${id}`;
    engine.rescan();
    await waitFor('it is run no more', () => engine.status().stations === 1);
  });
});

describe('trouble with the database', () => {
  it('loses nothing and repeats nothing when every session is ended, again and again', async () => {
    const kit = await createKit(db, { stations: 3 });
    await kit.startEngine();
    const plcs = await Promise.all(kit.stations.map((station) => kit.connect(station)));
    const name =
      await kit.sql`select application_name from pg_stat_activity where application_name like 'engine-%' and datname = current_database()`;
    expect(name.length).toBeGreaterThan(0);
    for (let round = 0; round < 8; round++) {
      for (const plc of plcs) for (let n = 0; n < 5; n++) plc.say('vehicleLeft', { bay: '1', early: false });
      await kit.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'engine-%' and datname = current_database()`;
      await waitFor(
        'the round is acknowledged',
        () => plcs.every((plc) => plc.received.some(({ ack }) => ack?.seq === plc.seq)),
        {
          withinMs: 20_000,
        },
      );
    }
    for (const station of kit.stations) {
      const seen = await seenBy(kit.sql, station);
      expect(seen.filter((each) => each === 'record vehicleLeft')).toHaveLength(40);
      expect((await logOf(kit.sql, station)).filter((line) => line.startsWith('record'))).toHaveLength(40);
    }
  });

  it('does not send a command whose commit was lost on the way, and sends it once it is made', async () => {
    const kit = await createKit(db);
    const url = new URL(db.url);
    const proxy = await startTcpProxy(Number(url.port));
    onTestFinished(() => proxy.end());
    url.port = String(proxy.port);
    const passed: string[] = [];
    await kit.startEngine({
      databaseUrl: url.href,
      faultPoints: createFaultPoints(undefined, (point) => passed.push(point)),
    });
    const plc = await kit.connect();
    await greeted(kit);
    for (const lose of ['loseAnswerTo', 'loseRequest'] as const) {
      const lost = proxy[lose]('vehicleEntered');
      const before = plc.received.filter(({ kind }) => kind === 'command').length;
      plc.say('vehicleEntered', { bay: '1' });
      await lost;
      await plc.acked(plc.seq);
      await plc.gets('command', before + 1);
    }
    expect((await seenBy(kit.sql, kit.station)).filter((name) => name === 'record vehicleEntered')).toHaveLength(2);
    const commands = plc.received.flatMap((message) => (message.kind === 'command' ? [message.id] : []));
    expect(new Set(commands).size).toBe(2);
    expect(passed).toContain('after-commit-before-publish');
  });
});
