import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { BatteryCondition, BatteryLife, LifeEventView, LifeReport } from '../../schema/wire/api/traceability.ts';
import { runStatement } from '../../src/db/statement.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { enterDay, redateDuties } from '../../src/traceability/calendar.ts';
import { traceConsumer } from '../../src/traceability/consumer.ts';
import { watchReports } from '../../src/traceability/watch.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation, vin } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
let first = 0;
let pack = '';
let car = '';
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
});
beforeEach(async () => {
  first += 100;
  pack = code(first);
  car = vin(first);
  await seedStation(world.sql, `bj-${first}`, 3, first);
});
afterAll(() => world?.end());

const post = <T>(path: string, body: object, as: Role = 'operations') =>
  call<T>(path, as, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const trace = () => workOnce({ db: world.db, log: pino({ level: 'silent' }) }, traceConsumer);

/** As a station's commit writes it: the custody row and the move. */
const move = async (from: string, to: string, { at = new Date().toISOString(), by = 1 } = {}) => {
  const kind = (place: string) => (place.startsWith('vehicle') ? 'vehicle' : (place.split('/')[0] ?? ''));
  const [row] = await world.sql`
    update custody set version = version + ${by}, kind = ${kind(to)}, place = ${to}, station = null, since = ${at} where pack = ${pack} returning version::int`;
  await world.sql`
    insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, cause, reading, occurred_at)
    values (${pack}, ${row?.version}, ${kind(from)}, ${from}, ${kind(to)}, ${to}, ${`bj-${first}`}, 1, 'test', ${world.sql.json({ socPct: 91 })}, ${at})`;
};

const life = async (as: Role = 'regulator') => (await call<BatteryLife>(`/api/v1/traceability/${pack}`, as)).body;

describe('the life of a pack', () => {
  test('has its installs and removals, each once, with the clock of its report', async () => {
    await move('lift', `vehicle/${car}`, { at: '2026-09-27T04:00:00.000Z' });
    await move(`vehicle/${car}`, 'lift', { at: '2026-09-27T16:30:00.000Z' });
    await trace();
    // The same fact again, as after a crash: nothing new.
    await world.sql`insert into follow_ups (consumer, subject) select 'trace', pack || '/' || version from custody_moves where pack = ${pack}`;
    await trace();
    const { events, counts } = await life();
    expect(counts).toEqual({ installed: 1, removed: 1 });
    expect(events.map(({ type, vin: of, socPct, duty }) => [type, of, socPct, duty?.withinDays, duty?.dueDay])).toEqual(
      [
        // Half past midnight of the 28th in Beijing.
        ['removed', car, 91, 30, '2026-11-13'],
        ['installed', car, 91, 30, '2026-11-12'],
      ],
    );
    expect(await world.sql`select from follow_ups where consumer = 'trace'`).toHaveLength(0);
  });

  test('has its retirement once, whatever is changed of it afterwards', async () => {
    await world.sql`update batteries set status = 'retired', changed_by = 'u1', change_reason = 'soh' where code = ${pack}`;
    await world.sql`update batteries set owner = 'owner-1' where code = ${pack}`;
    await trace();
    expect((await life()).counts).toEqual({ retired: 1 });
  });

  test('cannot be changed', async () => {
    await move('lift', `vehicle/${car}`);
    await trace();
    await expect(world.sql`update life_events set vin = null where code = ${pack}`).rejects.toThrow('append-only');
    await expect(world.sql`delete from life_events where code = ${pack}`).rejects.toThrow('append-only');
  });

  test('is an answer to those it concerns, and 404 to other owners and for unknown codes', async () => {
    await move('lift', `vehicle/${car}`);
    await trace();
    expect((await call(`/api/v1/traceability/${pack}`, 'owner')).status).toBe(404);
    expect((await call(`/api/v1/traceability/${code(first + 99)}`, 'regulator')).status).toBe(404);
    expect((await call('/api/v1/traceability/rubbish', 'regulator')).status).toBe(404);
    expect((await call(`/api/v1/traceability/${pack}`, 'fleet')).status).toBe(403);
    const listed = await call<{ items: LifeEventView[] }>('/api/v1/traceability/events', 'owner');
    expect(listed.body.items.filter((each) => each.code === pack)).toEqual([]);
  });

  test('says its condition in the words of the BatteryPass model', async () => {
    await seedPack(world.sql, code(first + 50), 'workshop', 'workshop/x', null);
    await world.sql`
      update batteries set charge_wh = 5000000, charge_ah = 13000, soh_pct = 90, soc_pct = 50 where code = ${code(first + 50)}`;
    const { body } = await call<BatteryCondition>(
      `/api/v1/traceability/${code(first + 50)}/battery-condition`,
      'regulator',
    );
    expect(body.batteryStatus).toBe('Original');
    expect(body.batteryCondition).toMatchObject({
      energyThroughput: 5000,
      capacityThroughput: { capacityThroughputValue: 13000 },
      stateOfCertifiedEnergy: { stateOfCertifiedEnergyValue: 90 },
      capacityFade: { capacityFadeValue: 10 },
      stateOfCharge: { stateOfChargeValue: 50 },
      negativeEvents: [],
    });
  });
});

describe('reports', () => {
  test('carry each event once, stop the clocks when confirmed, and are confirmed once', async () => {
    await move('lift', `vehicle/${car}`, { at: '2026-01-05T04:00:00.000Z' });
    await trace();
    const station = `bj-${first}`;
    expect((await watchReports(world.db, '2026-11-23')).alarms).toBeGreaterThan(0);
    const active = () =>
      world.sql`select detail from alarms where station = ${station} and key = 'reportOverdue' and cleared_at is null`;
    expect((await active())[0]?.detail).toContain('have not been reported');
    expect(await watchReports(world.db, '2026-11-23')).toMatchObject({ alarms: 0 });

    const both = await Promise.all([
      post<LifeReport>('/api/v1/traceability/reports', {}),
      post<LifeReport>('/api/v1/traceability/reports', {}),
    ]);
    const made = both.find(({ status }) => status === 201)?.body;
    if (!made) throw new Error('no report');
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const file = await call<{ items: LifeEventView[] }>(`/api/v1/traceability/events?report=${made.id}`, 'regulator');
    expect(file.body.items.map(({ code: each }) => each)).toContain(pack);
    expect(file.body.items).toHaveLength(made.events);

    const confirm = () => post<LifeReport>(`/api/v1/traceability/reports/${made.id}/confirm`, { reference: 'M-1' });
    const confirmed = await Promise.all([confirm(), confirm()]);
    expect(confirmed.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await life()).events[0]?.duty).toMatchObject({ isOverdue: false, report: made.id });
    await watchReports(world.db, '2026-11-23');
    expect(await active()).toHaveLength(0);
    expect((await post('/api/v1/traceability/reports/999999/confirm', { reference: 'x' })).status).toBe(404);
  });

  test('are due later when somebody enters a holiday, and not when it was before', async () => {
    await move('lift', `vehicle/${car}`, { at: '2026-12-24T04:00:00.000Z' });
    await trace();
    const due = async () => (await life()).events[0]?.duty?.dueDay ?? '';
    const before = await due();
    expect((await post('/api/v1/traceability/calendar', { day: before, isWorking: false, name: '春节' })).status).toBe(
      201,
    );
    expect((await due()) > before).toBe(true);
    const after = await due();
    await post('/api/v1/traceability/calendar', { day: '2026-12-01', isWorking: false, name: 'past' });
    expect(await due()).toBe(after);
    await post('/api/v1/traceability/calendar', { day: before, isWorking: true, name: 'worked after all' });
    expect(await due()).toBe(before);
  });

  test('days that are entered at the same moment count all, and so does a calendar that a release has brought', async () => {
    const occurredAt = '2026-10-12T04:00:00.000Z';
    await move('lift', `vehicle/${car}`, { at: occurredAt });
    await trace();
    const due = async () => (await life()).events[0]?.duty?.dueDay;
    expect(await due()).toBe('2026-11-23');
    const day = (of: string) => enterDay(world.db, { day: of, isWorking: false, name: 'x', by: 'test' });
    // Neither knows of the other.
    const both = await Promise.all([day('2026-11-17'), day('2026-11-18')]);
    for (const each of both) await runStatement(world.db, each);
    await redateDuties(world.db);
    expect(await due()).toBe('2026-11-25');
    await world.sql`update life_duties set due_day = '2026-11-01' where reported_at is null`;
    expect(await redateDuties(world.db)).toBeGreaterThan(0);
    expect(await due()).toBe('2026-11-25');
    expect(await redateDuties(world.db)).toBe(0);
    await world.sql`delete from calendar_days where day in ('2026-11-17', '2026-11-18')`;
    await redateDuties(world.db);
  });

  test('refuse what is not understood, with the field', async () => {
    const answer = await post<{ code: string; errors: { pointer?: string }[] }>('/api/v1/traceability/calendar', {
      day: '2026-02-30',
      isWorking: true,
      name: '',
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/day', '/name']));
  });
});
