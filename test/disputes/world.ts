import { closeMonth } from '../../src/statements/close-month.ts';
import { createReadWorld, type Keys } from '../api/fixture.ts';
import { afterMonth, at, seedLease, seedParties, seedPlan, seedReceipt, vin } from '../statements/world.ts';

export const lease = 'l-0000000000000001';
export const statement = 's-2026-06-blue-taxi';

/**
 * Blue Taxi has a closed statement of June (lease fee 1,500.00 by 30 days, swaps bj-001.1.1 and 2) and a swap of July that stands on none yet; Green Taxi has
 * a swap and a statement too.
 */
export async function createDisputeWorld() {
  const world = await createReadWorld();
  const { db, sql } = world;
  await seedParties(sql);
  await seedPlan(sql, 'taxi', 1, {
    monthlyFeeFen: 150_000,
    dueDays: 10,
    graceDays: 7,
    sohFloorPct: 80,
    sohCreditFen: 500,
  });
  await seedLease(db, { lease, vin: vin(1), plan: 'taxi', fromDay: '2026-06-01' });
  for (const n of [1, 2])
    await seedReceipt(sql, {
      swap: `bj-001.1.${n}`,
      vin: vin(1),
      lease,
      at: at(`2026-06-1${n}`),
      odometerKm: 1000 + n,
    });
  await seedReceipt(sql, { swap: 'bj-002.1.1', vin: vin(9), lessee: 'green-taxi', at: at('2026-06-12') });
  await closeMonth(db, '2026-06', { by: 'test', now: afterMonth('2026-06') });
  await seedReceipt(sql, {
    swap: 'bj-001.1.3',
    vin: vin(1),
    lease,
    at: at('2026-07-02'),
    odometerKm: 1200,
    sohCreditFen: 500,
  });
  let requests = 0;

  // biome-ignore lint/suspicious/noExplicitAny: what came is looked at by the expectations.
  type Answer = { status: number; body: any; headers: Headers };
  const request = async (path: string, as: keyof Keys, init: RequestInit): Promise<Answer> => {
    const answer = await world.app.request(`/api/v1/${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${world.keys[as]}`, ...(init.headers as Record<string, string>) },
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
  };
  return {
    ...world,
    get: (path: string, as: keyof Keys = 'operations', headers: Record<string, string> = {}) =>
      request(path, as, { headers }),
    post(path: string, as: keyof Keys, body: unknown, key = `k-${++requests}`) {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` };
      return request(path, as, { method: 'POST', headers, body: JSON.stringify(body) });
    },
  };
}
export type DisputeWorld = Awaited<ReturnType<typeof createDisputeWorld>>;
