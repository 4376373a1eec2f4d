import type { LeaseEvent } from '../../machines/lease/events.ts';
import { newLease, stepLease } from '../../machines/lease/step.ts';
import { startOfDay } from '../../machines/settlement/calendar.ts';
import type { Lease, LeaseDetail } from '../../schema/wire/api/lease.ts';
import type { Plan } from '../../schema/wire/api/plan.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { callerOf, createReadWorld } from '../api/fixture.ts';

/** A lease in memory, with the instant of its steps. */
export function createLease(options: { graceDays?: number; minimumTermMonths?: number; day?: string } = {}) {
  const { graceDays = 7, minimumTermMonths = 0, day = '2026-08-10' } = options;
  let now = startOfDay(day) + 10 * 3_600_000;
  const plan = { plan: 'taxi', version: 1, graceDays };
  let last = newLease({
    lease: 'l-0000000000000001',
    vin: 'CAR-1',
    lessee: 'blue-taxi',
    owner: 'pack-bank',
    plan,
    minimumTermMonths,
    now,
  });
  const effects = [...last.effects];
  return {
    effects,
    get last() {
      return last;
    },
    /** To an hour of a day. */
    to(later: string, hour = 10) {
      now = startOfDay(later) + hour * 3_600_000;
    },
    step(event: LeaseEvent) {
      last = stepLease(last.stored, event, now);
      effects.push(...last.effects);
      return last;
    },
    blocks: () => effects.findLast((effect) => effect.kind === 'setBlocks')?.blocks,
    dueAt: () => effects.findLast((effect) => effect.kind === 'armDue')?.dueAt,
    records: () =>
      effects.flatMap((effect) =>
        effect.kind === 'recordLeaseEvent' ? [`${effect.n} ${effect.type} ${effect.effectiveDay}`] : [],
      ),
  };
}

export type Answer<T> = { status: number; body: T & Problem };

/** An API over a database of its own, with a fleet, an owner, cars and a plan. */
export async function createLeaseWorld(now: () => number = Date.now) {
  const world = await createReadWorld();
  const call = callerOf(world.app, world.keys);
  const { sql } = world;
  await sql`insert into organisations (id, kind, name) values
    ('pitlane', 'operator', '运营'), ('blue-taxi', 'fleet', '蓝'), ('green-taxi', 'fleet', '绿'), ('pack-bank', 'owner', '电池银行'), ('yi-dian', 'owner', '易电')`;
  let keys = 0;
  const post = <T>(path: string, body: unknown, as: Parameters<typeof call>[1] = 'operations'): Promise<Answer<T>> =>
    call(`/api/v1/${path}`, as, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `lease-${++keys}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }) as Promise<Answer<T>>;
  return {
    ...world,
    now,
    post,
    get: <T>(path: string, as: Parameters<typeof call>[1] = 'operations') =>
      call(`/api/v1/${path}`, as) as Promise<Answer<T>>,
    async car(vin: string, fleet = 'blue-taxi') {
      await sql`insert into vehicles (vin, fleet) values (${vin}, ${fleet}) on conflict do nothing`;
      return vin;
    },
    async plan(id: string, terms: object = {}, owner: string | null = 'pack-bank') {
      const { status, body } = await post<Plan>('plans', { id, name: id, owner, terms: { ...terms } });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return planTerms.parse(terms);
    },
    /** Quoted and activated. */
    async lease(vehicle: string, plan: string, body: object = {}, lessee = 'blue-taxi') {
      const quoted = await post<Lease>('leases', { vehicle, plan, lessee });
      if (quoted.status !== 201) throw new Error(JSON.stringify(quoted.body));
      return post<Lease>(`leases/${quoted.body.id}/activate`, body);
    },
    history: async (id: string) =>
      ((await call(`/api/v1/leases/${id}`, 'admin')) as Answer<LeaseDetail>).body.history.map(({ type }) => type),
  };
}
