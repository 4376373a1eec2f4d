import { and, desc, eq, gte, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { alarms, incidents } from '../../schema/tables/alarms.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody } from '../../schema/tables/custody.ts';
import { chargeCosts } from '../../schema/tables/receipts.ts';
import { swapSteps, swaps } from '../../schema/tables/swaps.ts';
import type { ShiftReport } from '../../schema/wire/api/shift.ts';
import type { Station } from '../../schema/wire/api/station.ts';
import type { Database } from '../db/client.ts';
import { toAlarm, toIncident } from './log-queries.ts';

interface Shift {
  from: Date;
  to: Date;
}
type Part<K extends keyof ShiftReport> = ShiftReport[K];

const limitMs = 90_000;
const mostKinds = 50;
const mostLines = 200;

/** Everything by index of the station and the time. */
export async function readShiftReport(db: Database, station: Station, shift: Shift): Promise<ShiftReport> {
  const [swapsOfShift, faults, byStatus, raised, open, energy] = await Promise.all([
    readSwaps(db, station.id, shift),
    readFaults(db, station.id, shift),
    readPacks(db, station.id),
    readAlarms(db, station.id, shift),
    readIncidents(db, station.id),
    readEnergy(db, station.id, shift),
  ]);
  const { deliveredWh, ...counted } = swapsOfShift;
  return {
    station: station.id,
    name: station.name,
    from: shift.from.toISOString(),
    to: shift.to.toISOString(),
    swaps: counted,
    packs: { total: station.packs, ready: station.readyPacks, byStatus },
    faults,
    alarms: raised,
    openIncidents: open,
    energy: { ...energy, deliveredWh },
  };
}

const ofShift = (station: string, { from, to }: Shift) =>
  and(eq(swaps.station, station), gte(swaps.inPositionAt, from), lt(swaps.inPositionAt, to));

const whole = (value: SQL) => sql<number>`(${value})::int`.mapWith(Number);
const countOf = (condition: SQL) => whole(sql`count(*) filter (where ${condition})`);
const completed = sql`${swaps.state} = 'completed'`;

async function readSwaps(
  db: Database,
  station: string,
  shift: Shift,
): Promise<Part<'swaps'> & { deliveredWh: number }> {
  const again = db
    .select({ swap: swapSteps.swap })
    .from(swapSteps)
    .where(and(eq(swapSteps.swap, swaps.id), sql`(${swapSteps.attempt} > 1 or ${swapSteps.result} <> 'completed')`));
  const share = (part: number) =>
    sql<
      number | null
    >`round(percentile_cont(${part}::float8) within group (order by ${swaps.swapTimeMs}) filter (where ${completed}))::int`;
  const [row] = await db
    .select({
      total: whole(sql`count(*)`),
      completed: countOf(completed),
      rolledBack: countOf(sql`${swaps.state} = 'rolled-back'`),
      refused: countOf(sql`${swaps.state} = 'refused'`),
      needsPerson: countOf(sql`${swaps.state} = 'needs-person'`),
      open: countOf(sql`${swaps.state} in ('requested', 'running')`),
      firstTime: countOf(sql`${completed} and not exists (${again})`),
      p50Ms: share(0.5),
      p90Ms: share(0.9),
      over90s: countOf(sql`${completed} and ${swaps.swapTimeMs} > ${limitMs}::int`),
      deliveredWh: whole(
        sql`round(coalesce(sum(${swaps.packInEnergyWh} - ${swaps.packOutEnergyWh}) filter (where ${completed}), 0))`,
      ),
    })
    .from(swaps)
    .where(ofShift(station, shift));
  if (!row) throw new Error('an aggregate gives a row');
  return row;
}

async function readFaults(db: Database, station: string, shift: Shift): Promise<Part<'faults'>> {
  const times = whole(sql`count(*)`);
  const rows = await db
    .select({ step: swapSteps.step, reason: swapSteps.reason, times })
    .from(swaps)
    .innerJoin(swapSteps, eq(swapSteps.swap, swaps.id))
    .where(and(ofShift(station, shift), sql`${swapSteps.result} in ('failed', 'unknown', 'conflict')`))
    .groupBy(swapSteps.step, swapSteps.reason)
    .orderBy(desc(times), swapSteps.step, swapSteps.reason)
    .limit(mostKinds);
  return rows as Part<'faults'>;
}

const readPacks = (db: Database, station: string): Promise<Part<'packs'>['byStatus']> =>
  db
    .select({ status: batteries.status, packs: whole(sql`count(*)`) })
    .from(custody)
    .innerJoin(batteries, eq(batteries.code, custody.pack))
    .where(eq(custody.station, station))
    .groupBy(batteries.status)
    .orderBy(batteries.status);

async function readAlarms(db: Database, station: string, { from, to }: Shift): Promise<Part<'alarms'>> {
  const rows = await db
    .select()
    .from(alarms)
    .where(and(eq(alarms.station, station), gte(alarms.raisedAt, from), lt(alarms.raisedAt, to)))
    .orderBy(desc(alarms.level), desc(alarms.raisedAt), desc(alarms.key))
    .limit(mostLines);
  return rows.map(toAlarm);
}

async function readIncidents(db: Database, station: string): Promise<Part<'openIncidents'>> {
  const rows = await db
    .select()
    .from(incidents)
    .where(and(eq(incidents.station, station), isNull(incidents.closedAt)))
    .orderBy(desc(incidents.openedAt), desc(incidents.key))
    .limit(mostLines);
  return rows.map(toIncident);
}

async function readEnergy(db: Database, station: string, { from, to }: Shift) {
  const [row] = await db
    .select({
      meteredWh: sql<number>`coalesce(sum(${chargeCosts.meteredWh}), 0)`.mapWith(Number),
      charges: whole(sql`count(*)`),
    })
    .from(chargeCosts)
    .where(and(eq(chargeCosts.station, station), gte(chargeCosts.endedAt, from), lt(chargeCosts.endedAt, to)));
  return row ?? { meteredWh: 0, charges: 0 };
}
