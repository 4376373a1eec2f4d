import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, beijingDay } from '../../machines/settlement/calendar.ts';
import type { Lease } from '../../schema/wire/api/lease.ts';
import { leaseAt } from '../../src/leases/lease-at.ts';
import { type LeaseNews, stepLease } from '../../src/leases/step.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { taxisAt } from './taxis.ts';

const station = 'bj-021';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 25);
  await bayIdle();
}, 60_000);
afterAll(() => world?.end());

const { bayIdle, taxi, swapWhen, ended } = taxisAt(station, () => world);

/** With a key of its own, as what moves money wants. */
async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${world.url}/api/v1/${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${world.keys.admin}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  expect({ path, ok: answer.ok, body: answer.ok ? null : await answer.clone().json() }).toMatchObject({ ok: true });
  return (await answer.json()) as T;
}

const today = beijingDay(Date.now());
const overdue = { type: 'overdue', statement: 's-1', dueDay: addDays(today, -3) } as const;

/** What the simulated station did since, by its own journal. */
const motionsSince = (n: number): string[] =>
  world.sim.physical.entries().flatMap((fact) => (fact.n > n && fact.kind === 'motion' ? [fact.motion] : []));

test('a car in arrears is refused before unlocking; one that is being swapped when arrears come is finished', async () => {
  await taxi(null);
  const first = await ended(1);
  expect(first.state).toBe('completed');
  const car = first.vehicle;

  await post('organisations', { id: 'red-taxi', kind: 'fleet', name: '红色出租' });
  await post('plans', { id: 'strict', name: '严格', terms: { graceDays: 0 } });
  const quoted = await post<Lease>('leases', { vehicle: car, plan: 'strict', lessee: 'red-taxi' });
  const { id } = await post<Lease>(`leases/${quoted.id}/activate`, {});
  const tell = async (news: LeaseNews) =>
    expect(await stepLease(world.reads.db, id, news, { by: 'test', now: Date.now() })).toMatchObject({ refusal: null });

  // A statement that nobody has paid, so that whoever keeps the books says the same.
  await world.reads.db.execute(sql`
    insert into statements (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen, due_day, closed_by)
    values (${overdue.statement}, 'fleet', 'red-taxi', '2026-01', '[]', '[]', 0, 0, 100, 0, 100, ${overdue.dueDay}, 'test')`);
  await stepLease(world.reads.db, id, overdue, { by: 'test', now: Date.now() });
  let seen = world.sim.physical.lastN();
  await taxi(car);
  const refused = await ended(2);
  expect(refused).toMatchObject({ vehicle: car, state: 'refused', reason: 'leaseInArrears' });
  expect(refused.driverText).toEqual({ zh: expect.stringMatching(/逾期/), en: expect.stringMatching(/arrears/) });
  await bayIdle();
  for (const motion of ['positionAndClamp', 'unlockPack']) expect(motionsSince(seen)).not.toContain(motion);
  expect(world.sim.physicalPlaces().get(first.packIn ?? '')).toBe(`vehicle/${car}`);

  await tell({ type: 'dispute', dispute: 'letter-1' });
  seen = world.sim.physical.lastN();
  await taxi(car);
  await swapWhen(3, 'to have begun', ({ steps }) => steps.some(({ step }) => step === 'positionAndClamp'));
  await tell({ type: 'disputeResolved', dispute: 'letter-1' });
  const finished = await ended(3);
  expect(finished).toMatchObject({ vehicle: car, state: 'completed', reason: null, driverText: null });
  expect(motionsSince(seen)).toContain('unlockPack');
  expect(finished.packIn).not.toBe(first.packIn);
  // It is billed under its lease, whatever became of that meanwhile.
  const released = Date.parse(finished.releasedAt ?? '');
  expect(await leaseAt(world.reads.db, car, released)).toMatchObject({ lease: id, plan: 'strict', lessee: 'red-taxi' });

  await taxi(car);
  expect(await ended(4)).toMatchObject({ state: 'refused', reason: 'leaseInArrears' });
}, 120_000);
