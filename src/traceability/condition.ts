import { sql } from 'drizzle-orm';
import type { BatteryCondition } from '../../schema/wire/api/traceability.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

interface Row extends Record<string, unknown> {
  code: string;
  status: string;
  charge_wh: number;
  charge_ah: number;
  soc_pct: number | null;
  soh_pct: number | null;
  nominal_wh: number | null;
  nominal_v: number | null;
  at: string;
  negative: { negativeEvent: string; lastUpdate: string }[];
}

/** Attributes of `batteryCondition` in BatteryPass 1.2 that nothing at a station measures. */
const notMeasured = [
  'temperatureInformation',
  'remainingPowerCapability',
  'powerFade',
  'evolutionOfSelfDischarge',
  'currentSelfDischargingRate',
  'internalResistanceIncrease',
  'remainingRoundTripEnergyEfficiency',
  'roundTripEfficiencyFade',
];

const statuses: Readonly<Record<string, BatteryCondition['batteryStatus']>> = {
  secondLife: 'Repurposed',
  recycled: 'Waste',
};

/** What the ledger knows of a pack, in the words of the BatteryPass data model; null: no such pack, or not the caller's. */
export async function readCondition(db: Database, caller: Tenant, code: string): Promise<BatteryCondition | null> {
  const own = caller.role === 'owner' ? sql`and b.owner = ${caller.organisation}` : sql``;
  const [row] = await db.execute<Row>(sql`
    select b.code, b.status, b.charge_wh, b.charge_ah, b.soc_pct, b.soh_pct, m.nominal_wh, m.nominal_v, iso_utc(coalesce(c.since, b.created_at)) as at,
      coalesce((select jsonb_agg(jsonb_build_object('negativeEvent', a.code, 'lastUpdate', iso_utc(a.raised_at)) order by a.raised_at)
        from alarms a where a.pack = b.code and a.level >= 2), '[]') as negative
    from batteries b left join battery_models m on m.id = b.model left join custody c on c.pack = b.code
    where b.code = ${code} ${own}`);
  if (row === undefined) return null;
  const { nominal_wh: wh, nominal_v: volts, soh_pct: soh, at } = row;
  const value = <K extends string>(name: K, number: number | null) =>
    number === null
      ? null
      : ({ [name]: rounded(number), lastUpdate: at } as Record<K, number> & { lastUpdate: string });
  const ofRated = (rated: number | null) => (rated === null || soh === null ? null : (rated * soh) / 100);
  return {
    productIdentifier: row.code,
    batteryStatus: statuses[row.status] ?? 'Original',
    batteryCondition: {
      energyThroughput: rounded(row.charge_wh / 1000),
      capacityThroughput: { capacityThroughputValue: rounded(row.charge_ah), lastUpdate: at },
      numberOfFullCycles: value('numberOfFullCyclesValue', wh === null ? null : row.charge_wh / wh),
      stateOfCertifiedEnergy: value('stateOfCertifiedEnergyValue', soh),
      capacityFade: value('capacityFadeValue', soh === null ? null : Math.max(0, 100 - soh)),
      remainingEnergy: value('remainingEnergyValue', ofRated(wh === null ? null : wh / 1000)),
      remainingCapacity: value('remainingCapacityValue', ofRated(wh === null || volts === null ? null : wh / volts)),
      stateOfCharge: value('stateOfChargeValue', row.soc_pct),
      negativeEvents: row.negative,
    },
    notMeasured,
  };
}

const rounded = (number: number): number => Math.round(number * 1000) / 1000;
