import { afterAll, beforeAll, expect, test } from 'vitest';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { bayView } from '../../machines/view.ts';
import { createPool } from '../../src/db/pool.ts';
import { createStepper, systemClock } from '../../src/engine/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { createBayDesk } from '../../src/stations/bay-desk.ts';
import { callerOf, createReadWorld, seedStation } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;

beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 2);
});
afterAll(() => world?.end());

const adopt = (journalId: string) =>
  call<{ code: string; detail: string }>('/api/v1/stations/bj-001/journal/adopt', 'staff', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ journalId, reason: 'controller replaced' }),
  });

test('a journal that nobody reports is not adopted', async () => {
  expect(await adopt('unheard-of')).toMatchObject({ status: 409, body: { code: 'journal-not-adoptable' } });
});

test('a journal that counted before is not adopted again: its records are in the log already', async () => {
  const { sql } = world;
  const body = JSON.stringify({ journalId: 'second', before: 'first', beforeSeq: 7 });
  await sql`insert into events (station, n, occurred_at, source, type, cause, body)
    values ('bj-001', 1, now(), 'staff', 'adoptJournal', 'key', ${body}::text::jsonb)`;
  for (const journalId of ['first', 'second']) {
    await sql`update station_marks set pending_journal_id = ${journalId} where station = 'bj-001'`;
    const answer = await adopt(journalId);
    expect(answer).toMatchObject({ status: 409, body: { code: 'journal-not-adoptable' } });
    expect(answer.body.detail).toContain('adopted before');
  }
});

test('a bay whose controller nobody has adopted says so, and how', async () => {
  const pool = await createPool({ databaseUrl: world.url, max: 2, name: 'test-desk' });
  try {
    const core = { stepStation, newBay };
    const stepper = createStepper({
      pool,
      ...core,
      clock: systemClock,
      log: createLog({ level: 'error' }),
      validBeats: 20,
    });
    const desk = createBayDesk({ pool, stepper, newBay, view: bayView });
    const waitingFor = async () => (await desk.readBays(['bj-001']))[0]?.waitingFor;
    await world.sql`update station_marks set pending_journal_id = null where station = 'bj-001'`;
    expect(await waitingFor()).toBe('the station to connect');
    await world.sql`update station_marks set pending_journal_id = 'newcomer' where station = 'bj-001'`;
    expect(await waitingFor()).toBe('staff to adopt journal newcomer (POST /api/v1/stations/bj-001/journal/adopt)');
  } finally {
    await pool.end();
  }
});
