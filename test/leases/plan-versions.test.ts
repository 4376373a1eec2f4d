import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { Lease } from '../../schema/wire/api/lease.ts';
import { stepDueLeases } from '../../src/leases/clock.ts';
import { leaseAt } from '../../src/leases/lease-at.ts';
import { stepLease } from '../../src/leases/step.ts';
import { vin } from '../api/fixture.ts';
import { sources } from '../tidy/sources.ts';
import { createLeaseWorld } from './lease-world.ts';

let world: Awaited<ReturnType<typeof createLeaseWorld>>;
beforeAll(async () => {
  world = await createLeaseWorld();
}, 60_000);
afterAll(() => world?.end());

test('no statement of the program changes a version of a plan, or a line of a lease', () => {
  const changes =
    /(?:update|delete from)\s+(?:\$\{(?:planVersions|leaseEvents)\}|"?(?:plan_versions|lease_events))|\.(?:update|delete)\((?:planVersions|leaseEvents)\)/i;
  const program = sources.filter(({ path }) => path.startsWith('src/'));
  expect(program.length).toBeGreaterThan(100);
  expect(program.filter(({ text }) => changes.test(text)).map(({ path }) => path)).toEqual([]);
});

const today = beijingDay(Date.now());
type Act = (lease: string, n: number) => Promise<unknown>;
/** One for each run, and three that its lease may be moved to. */
let cars = 0;
const because = { reason: 'test' };

/** What people and programs may do to plans and leases; a refusal is as good. */
const acts: Record<string, Act> = {
  publish: (_, n) => world.post('plans/held/versions', { terms: { monthlyFeeFen: n } }),
  publishOther: (_, n) => world.post('plans/other/versions', { terms: { monthlyFeeFen: n } }),
  closePlan: () => world.post('plans/held/close', undefined),
  suspend: (lease) => world.post(`leases/${lease}/suspend`, because),
  resume: (lease) => world.post(`leases/${lease}/resume`, because),
  dispute: (lease, n) => world.post(`leases/${lease}/dispute`, { dispute: `d-${n % 2}` }),
  resolve: (lease, n) => world.post(`leases/${lease}/resolve-dispute`, { dispute: `d-${n % 2}` }),
  transfer: async (lease, n) => {
    const vehicle = await world.car(vin(2_000 + cars * 3 + (n % 3)));
    return world.post(`leases/${lease}/transfer`, { vehicle, ...because });
  },
  overdue: (lease, n) =>
    stepLease(
      world.db,
      lease,
      { type: 'overdue', statement: `s-${n % 3}`, dueDay: addDays(today, -3) },
      { by: 'test', now: Date.now() },
    ),
  paid: (lease, n) =>
    stepLease(world.db, lease, { type: 'paid', statement: `s-${n % 3}` }, { by: 'test', now: Date.now() }),
  clock: (_, n) => stepDueLeases(world.db, startOfDay(addDays(today, n % 20))),
};

test('no plan version changes under a running lease, whatever is done but an agreed change', {
  timeout: 120_000,
}, async () => {
  await world.plan('held', { monthlyFeeFen: 5 });
  await world.plan('other');
  const names = Object.keys(acts);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(100)), { minLength: 3, maxLength: 12 }),
      async (todo) => {
        await world.sql`update plans set closed_at = null where id = 'held'`;
        const quoted = await world.post<Lease>('leases', {
          vehicle: await world.car(vin(1_000 + ++cars)),
          plan: 'held',
          lessee: 'blue-taxi',
        });
        const { id, planVersion } = quoted.body;
        await world.post(`leases/${id}/activate`, {});
        const before =
          await world.sql`select plan, version, terms::text, published_at from plan_versions order by plan, version`;
        await Promise.all(todo.slice(0, 3).map(([name, n]) => acts[name]?.(id, n)));
        for (const [name, n] of todo.slice(3)) await acts[name]?.(id, n);
        const { body } = await world.get<Lease>(`leases/${id}`);
        expect(body).toMatchObject({ plan: 'held', planVersion, nextPlan: null });
        expect(await leaseAt(world.db, body.vehicle, Date.now() + 1_000)).toMatchObject({ plan: 'held', planVersion });
        const after =
          await world.sql`select plan, version, terms::text, published_at from plan_versions order by plan, version`;
        for (const row of before) expect(after).toContainEqual(row);
      },
    ),
    { numRuns: 15 },
  );
});
