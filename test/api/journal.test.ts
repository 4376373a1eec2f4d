import { afterAll, beforeAll, expect, test } from 'vitest';
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
