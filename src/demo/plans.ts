import type { z } from 'zod';
import { newPlan } from '../../schema/wire/api/plan.ts';
import type { Database } from '../db/client.ts';
import { runStatement } from '../db/statement.ts';
import { createPlan } from '../plans/store.ts';

const yuan = 1_000_000;
const peakFee = { from: '17:00', to: '22:00', microPerKwh: 0.45 * yuan };
const parking = { freeMin: 15, microPerMin: 0.5 * yuan };

const plans: z.input<typeof newPlan>[] = [
  {
    id: 'taxi-monthly',
    owner: 'pack-bank',
    name: '出租月租',
    nameEn: 'Taxi by the month',
    terms: {
      monthlyFeeFen: 180_000,
      included: { swap: 6 },
      perSwapMicro: 12 * yuan,
      packages: [{ unit: 'swap', above: 60, discountPct: 10 }],
      depositFen: 500_000,
      minimumTermMonths: 12,
      sohFloorPct: 80,
      onSohFloor: 'accept-with-credit',
      sohCreditFen: 300,
      serviceFee: { microPerKwh: 0.3 * yuan, periods: [peakFee] },
      parking,
      graceDays: 90,
    },
  },
  {
    id: 'taxi-per-kwh',
    owner: 'pack-bank',
    name: '出租按电量',
    nameEn: 'Taxi by the kWh',
    terms: {
      perKwhMicro: 0.55 * yuan,
      packages: [{ unit: 'kWh', above: 3_000, discountPct: 8 }],
      sohFloorPct: 70,
      onSohFloor: 'refuse',
      serviceFee: { microPerKwh: 0.3 * yuan, periods: [peakFee] },
      parking,
      graceDays: 90,
    },
  },
  {
    id: 'taxi-per-swap',
    owner: 'pack-bank',
    name: '出租按次',
    nameEn: 'Taxi by the swap',
    terms: { perSwapMicro: 26 * yuan, serviceFee: { microPerKwh: 0.35 * yuan }, parking, graceDays: 120 },
  },
  {
    id: 'taxi-trial',
    owner: 'pack-bank',
    name: '出租试用',
    nameEn: 'Taxi on trial',
    terms: { perSwapMicro: 32 * yuan, serviceFee: { microPerKwh: 0.35 * yuan }, parking, graceDays: 3 },
  },
  {
    id: 'walk-in',
    owner: null,
    name: '散客',
    nameEn: 'Cars without a lease',
    isWalkIn: true,
    terms: { serviceFee: { microPerKwh: 0.8 * yuan }, parking },
  },
];

/** Grace of the plans, for their leases. */
export const demoTerms = (id: string) => {
  const plan = plans.find((each) => each.id === id);
  if (!plan) throw new Error(`no plan ${id}`);
  return newPlan.parse(plan).terms;
};

/** Those that are there are left as they are. */
export async function seedPlans(db: Database, by: string): Promise<void> {
  for (const plan of plans) await runStatement(db, createPlan(newPlan.parse(plan), by));
}
