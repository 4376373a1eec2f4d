import { setTimeout as sleep } from 'node:timers/promises';
import { and, count, eq, isNull, ne } from 'drizzle-orm';
import type { StationType } from '../../machines/contract.ts';
import { addMonths, beijingMonth, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { followUps } from '../../schema/tables/follow-ups.ts';
import { stationMarks } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import { stationRegistration } from '../../schema/wire/api/registration.ts';
import type { Database } from '../db/client.ts';
import type { Pool } from '../db/pool.ts';
import { createCommitter } from '../engine/commit/commit.ts';
import type { StationRows } from '../engine/commit/rows.ts';
import { workOnce } from '../follow-ups/worker.ts';
import { noFaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { receiptConsumer } from '../settlement/receipts.ts';
import { closeMonth } from '../statements/close-month.ts';
import { registerStation, retireStation } from '../stations/register.ts';
import { traceConsumer } from '../traceability/consumer.ts';
import { seedAccounts } from './accounts.ts';
import { ownPacks, seedFleets } from './fleets.ts';
import { type DemoMonths, seedLeases } from './leases.ts';
import { seedOrganisations } from './parties.ts';
import { playPast } from './past/play.ts';
import { pastWorld } from './past/world.ts';
import { createPastApi, type PastApi } from './past-api.ts';
import { seedPlans } from './plans.ts';
import { seedCategory, seedTariffs } from './prices.ts';
import { seedSecondLife } from './second-life.ts';

/** Worked in the two months before the first start, and is closed since. */
export const pilotStation = 'bj-000';
const by = 'npm start';
/** A month is closed six hours after its end, as the service would have. */
const closingAfterMs = 6 * 3_600_000;

export interface SeedOptions {
  db: Database;
  pool: Pool;
  log: Log;
  say: (line: string) => void;
  /** Wall clock, UTC epoch ms. */
  now: () => number;
}

/**
 * What the demo finds on its first start beside cars and packs: prices, plans, leases, and two months of a pilot station with receipts and closed
 * statements. Everything goes the way it goes in service: the station's records through the core and the commit of the engine, the receipts through
 * their follow-ups. Only the clock is another: the past is written as it would have been at its time.
 *
 * Runs before anything else does, and only in a database without stations, or to finish what was cut off: each step finds out what is done.
 */
export async function seedPast(options: SeedOptions): Promise<void> {
  const { db, log, say, now } = options;
  if (!(await isWanted(db))) return;
  say('Filling the demo: prices, leases, and two months of a pilot station ...');
  await seedOrganisations(db);
  await seedFleets(db);
  const pilot = await registerPilot(db);
  const months = monthsAt(pilot.registeredAt);
  await seedTariffs(db, months.current, by);
  await seedCategory(db, pilotStation, months.first, by);
  await seedPlans(db, by);
  await seedLeases(db, months, by);
  await commitPast(options, playPast(pastWorld(months, { station: pilotStation, ...pilot })));
  await ownPacks(db, [pilotStation]);
  await billPast(options);
  for (const month of [months.first, months.second]) {
    const at = startOfDay(firstDay(addMonths(month, 1))) + closingAfterMs;
    await closeMonth(db, month, { by, now: Math.min(at, now()) });
  }
  const api = createPastApi(db, log, by);
  await seedAccounts({ db, api, months, startedAt: pilot.registeredAt });
  await reportSwaps(options, api);
  await seedSecondLife({ db, log, api, startedAt: pilot.registeredAt });
  await retireStation(db, pilotStation, { by });
}

/** Months by the registration of the pilot: whoever goes on after a kill at midnight of a month's end goes on with the same. */
export const monthsAt = (at: number): DemoMonths => {
  const current = beijingMonth(at);
  return { first: addMonths(current, -2), second: addMonths(current, -1), current };
};

async function isWanted(db: Database): Promise<boolean> {
  const [others] = await db.select({ stations: count() }).from(stations).where(ne(stations.id, pilotStation));
  if (others?.stations !== 0) return false;
  const pilot = await readPilot(db);
  return pilot === null || pilot.retiredAt === null;
}

async function readPilot(db: Database) {
  const [pilot] = await db.select().from(stations).where(eq(stations.id, pilotStation));
  return pilot ?? null;
}

interface Pilot {
  partition: number;
  type: StationType;
  registeredAt: number;
}

async function registerPilot(db: Database): Promise<Pilot> {
  const registration = stationRegistration.parse({
    id: pilotStation,
    name: '亮马桥试点站 Liangmaqiao pilot',
    address: '北京市朝阳区亮马桥 Liangmaqiao, Chaoyang',
    location: { lat: 39.9494, lon: 116.4616 },
    simulated: true,
    slots: 8,
    powerLimitW: 400_000,
    isolationBoxes: 1,
  });
  await registerStation(db, registration, { by });
  const pilot = await readPilot(db);
  if (pilot === null) throw new Error('the pilot station is not there');
  return { partition: pilot.partition, type: pilot.type as StationType, registeredAt: pilot.createdAt.getTime() };
}

/** Commits what is not committed yet: each commit is of one version of the station, and what was played before is played alike. */
async function commitPast({ db, pool, log }: SeedOptions, commits: Iterable<StationRows>): Promise<void> {
  const [mark] = await db
    .select({ version: stationMarks.version })
    .from(stationMarks)
    .where(eq(stationMarks.station, pilotStation));
  const commit = createCommitter({
    pool,
    faultPoints: noFaultPoints,
    onTrouble: (failure, attempt) => log.warn({ failure, attempt }, 'commit of the past in trouble'),
  });
  for (const rows of commits) {
    if (rows.mark.expected < (mark?.version ?? 0)) continue;
    const [outcome] = await commit([rows], AbortSignal.timeout(60_000));
    if (outcome?.kind !== 'applied') throw new Error(`the past of ${pilotStation} was not committed: ${outcome?.kind}`);
  }
}

const claimMs = 2_000;

/** The packs that cars got and gave in these months are reported, as the law wants within 30 working days. */
async function reportSwaps({ db, log, now }: SeedOptions, api: PastApi): Promise<void> {
  while ((await workOnce({ db, log, claimMs }, traceConsumer)) > 0);
  const report = (await api({ at: now(), path: '/traceability/reports', body: {} })) as { id?: string | number } | null;
  if (report?.id === undefined) return;
  const reference = 'demo: handed in by npm start';
  await api({ at: now(), path: `/traceability/reports/${report.id}/confirm`, body: { reference } });
}

/** Also what a start that was killed had claimed: that comes back when its claim has run out. */
async function billPast({ db, log }: SeedOptions): Promise<void> {
  const receipts = receiptConsumer(db);
  for (;;) {
    const worked = await workOnce({ db, log, claimMs }, receipts);
    if (worked > 0) continue;
    const [waiting] = await db
      .select({ facts: count() })
      .from(followUps)
      .where(and(eq(followUps.consumer, 'receipt'), isNull(followUps.problem)));
    if (waiting?.facts === 0) return;
    await sleep(100);
  }
}
