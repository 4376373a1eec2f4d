import { and, asc, eq, inArray, ne } from 'drizzle-orm';
import type { z } from 'zod';
import { addDays, beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { custody } from '../../schema/tables/custody.ts';
import { secondLifeAssets } from '../../schema/tables/second-life.ts';
import { workOrders } from '../../schema/tables/work-orders.ts';
import type { MadePlans } from '../../schema/wire/api/dispatch.ts';
import type { newGrading } from '../../schema/wire/api/grading.ts';
import type { newRecycling } from '../../schema/wire/api/second-life.ts';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import type { Database } from '../db/client.ts';
import { workOnce } from '../follow-ups/worker.ts';
import { retirementConsumer } from '../health/retire.ts';
import type { Log } from '../platform/log.ts';
import { demoModel } from './fleets.ts';
import { pilotPacks, tiredPacks } from './past/world.ts';
import type { PastApi } from './past-api.ts';

export const demoSite = 'sanyuanqiao-depot';
const hourMs = 3_600_000;
const ratedAh = demoModel.nominalWh / demoModel.nominalV;
/** The demand that the depot is to stay below. */
const shaveToW = 84_000;

export interface SecondLifeOptions {
  db: Database;
  log: Log;
  api: PastApi;
  /** When the demo was first started, UTC epoch ms. */
  startedAt: number;
}

/**
 * What became of the pilot's packs. The policy retires those that came back tired; all go to a workshop; two of them are graded for a second life, one
 * is handed to a recycler, one still waits. The two shave the peaks of a depot: planned the evening before, and read through a day.
 */
export async function seedSecondLife(options: SecondLifeOptions): Promise<void> {
  const { db, log, api, startedAt } = options;
  const day = addDays(beijingDay(startedAt), -1);
  const eve = startOfDay(addDays(day, -1));
  const move = async (packs: readonly string[], hours: number, reason: string) => {
    for (const pack of packs) {
      await api({
        at: eve + hours * hourMs,
        path: '/movements',
        body: { pack, to: { kind: 'workshop', name: 'shunyi' }, reason },
      });
    }
  };
  await move(await packsIn(db, 'vehicle'), 8, '试点结束,换装新电池 / end of the pilot: the car gets a new pack');
  // Decided by what came back at each swap. Those at rest retire at once, and those in slots get an order to be taken out.
  const retirement = retirementConsumer();
  while ((await workOnce({ db, log, claimMs: 2_000 }, retirement)) > 0);
  await move(await packsIn(db, 'slot'), 9, '试点站关闭 / pilot station closed');
  await closeOrders(options, eve + 10 * hourMs);
  const at = new Date(eve + 11 * hourMs).toISOString();
  const [, first = '', second = '', leaking = ''] = tiredPacks;
  for (const body of [
    gradingOf(first, { at, health: 0.769, findings: [] }),
    gradingOf(second, { at, health: 0.786, findings: ['labelUnreadable'] }),
    gradingOf(leaking, { at, health: 0.71, findings: ['leakage'] }),
  ])
    await api({ at: eve + 12 * hourMs, path: '/gradings', body });
  await api({ at: eve + 15 * hourMs, path: '/recyclings', body: handOverOf(leaking) });
  await runSite(options, [first, second], { day, eve });
}

const packsIn = async (db: Database, kind: 'vehicle' | 'slot'): Promise<string[]> => {
  const rows = await db
    .select({ pack: custody.pack })
    .from(custody)
    .where(and(inArray(custody.pack, [...pilotPacks]), eq(custody.kind, kind)))
    .orderBy(asc(custody.pack));
  return rows.map(({ pack }) => pack);
};

async function closeOrders({ db, api }: SecondLifeOptions, at: number): Promise<void> {
  const orders = await db
    .select({ id: workOrders.id })
    .from(workOrders)
    .where(and(inArray(workOrders.pack, [...pilotPacks]), ne(workOrders.state, 'closed')));
  for (const { id } of orders)
    await api({ at, path: `/work-orders/${id}/close`, body: { note: '已送修理厂 / taken to the workshop' } });
}

type NewGrading = z.input<typeof newGrading>;

/** A test in the manner of GB/T 34015, its last results close together. */
function gradingOf(
  pack: string,
  of: { at: string; health: number; findings: NewGrading['visual']['findings'] },
): NewGrading {
  const { at, health, findings } = of;
  const operator = 'Li Na 李娜';
  const ah = (part: number) => Number((ratedAh * health * part).toFixed(2));
  const isFit = !findings.includes('leakage');
  return {
    pack,
    visual: { at, operator, findings, isFit, note: isFit ? 'no damage to the case' : 'coolant at the inlet' },
    insulation: { at, operator, device: 'Fluke 1507', kOhm: 1_150, systemV: 400 },
    residualEnergy: {
      ...{ method: 'GB/T 34015-2017', at, operator, device: 'Neware CE-6000', temperatureC: 25 },
      ...{ chargeA: 50, dischargeA: 50, ratedAh, dischargedAh: [ah(1.012), ah(1.001), ah(0.999)] },
    },
    measured: { cellSpreadMv: 19 },
  };
}

const handOverOf = (pack: string): z.input<typeof newRecycling> => ({
  pack,
  recycler: 'brunp-tianjin',
  weightKg: 318.5,
  receiptNumber: 'HS-0815',
  reason: '评级为回收 / graded for the recycler',
});

/** Of the depot without its assets, W, by the hour: its chargers are busy when the shift changes in the evening. */
const loadByHour = [28, 26, 25, 25, 27, 32, 46, 62, 70, 66, 72, 78, 74, 60, 56, 58, 70, 92, 97, 94, 88, 58, 44, 34];

const quartersOfDay = 96;

/** Wh of a quarter of an hour; it is never quite what was thought. */
function loadWh(quarter: number, differs: number): number {
  const w = (loadByHour[Math.floor(quarter / 4)] ?? 0) * 1000;
  return Math.round((w / 4) * (1 + differs * (((quarter * 37) % 11) / 5 - 1)));
}

async function runSite(
  { db, api, startedAt }: SecondLifeOptions,
  packs: readonly string[],
  { day, eve }: { day: string; eve: number },
): Promise<void> {
  const site = {
    id: demoSite,
    name: '三元桥场站储能',
    nameEn: 'Sanyuanqiao depot, second-life storage',
    importLimitW: 125_000,
    tariffCategory: 'single-rate-1-10kV',
  };
  await api({ at: eve + 13 * hourMs, path: '/second-life-sites', body: site });
  const codes: string[] = [];
  for (const pack of packs) {
    const asset = { pack, site: site.id, function: 'peakShaving', powerW: 20_000 };
    await api({ at: eve + 14 * hourMs, path: '/second-life-assets', body: asset });
    const code = await assetOf(db, pack);
    const commission = { act: 'commission', operator: 'Li Na 李娜', insulationOhmPerV: 2_800 };
    await api({ at: eve + 16 * hourMs, path: `/second-life-assets/${code}/acts`, body: commission });
    codes.push(code);
  }
  const starts = Array.from({ length: quartersOfDay }, (_, quarter) => startOfDay(day) + quarter * intervalMs);
  const made = (await api({
    at: startOfDay(day) - 20 * 60_000,
    path: `/second-life-sites/${site.id}/plans`,
    body: {
      day,
      loadWh: starts.map((_, quarter) => loadWh(quarter, 0)),
      soc: codes.map((asset) => ({ asset, socPct: 30 })),
      shaveToW,
      note: '日前计划 / day ahead',
    },
  })) as MadePlans | null;
  if (made === null) return;
  await api({
    at: Math.min(startOfDay(addDays(day, 1)) + 5 * 60_000, startedAt),
    path: `/second-life-sites/${site.id}/readings`,
    body: { readings: readingsOf(made) },
  });
}

async function assetOf(db: Database, pack: string): Promise<string> {
  const [row] = await db
    .select({ code: secondLifeAssets.code })
    .from(secondLifeAssets)
    .where(eq(secondLifeAssets.pack, pack));
  if (!row) throw new Error(`${pack} has not become an asset`);
  return row.code;
}

/** What the meters have shown: the plan, as well as inverters keep it. */
const readingsOf = ({ plans }: MadePlans) =>
  plans.flatMap(({ asset, intervals, figures }, index) =>
    intervals.map(({ startsAt, chargeWh, dischargeWh, storedWh }, quarter) => ({
      asset,
      startsAt,
      chargeWh: Math.round(chargeWh * (0.985 + (((quarter + index) * 13) % 7) / 300)),
      dischargeWh: Math.round(dischargeWh * (0.985 + (((quarter + index) * 17) % 7) / 300)),
      loadWh: loadWh(quarter, 0.03),
      socPct: Number(((100 * storedWh) / (figures.startWh / 0.3)).toFixed(1)),
    })),
  );
