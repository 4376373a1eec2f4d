import { sql } from 'drizzle-orm';
import type { PlanBasis } from '../../schema/wire/cascade/dispatch.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Consumer, followUp, type Stuck } from '../follow-ups/consumer.ts';
import { storedAt, storedByPlan } from './dispatch-inputs.ts';
import { type NewPlan, type PlanTask, planAssets, planParts } from './dispatch-plans.ts';
import { aheadMs, type DispatchSite, nextQuarter, plansInForce, readDispatchSite, readPlans } from './dispatch-site.ts';

const by = 'service';
const dayMs = 86_400_000;

/**
 * Makes the plans of a site anew when the grid, the site or an asset has changed: from the next quarter of an hour to the end of the plans in force,
 * on the load they were made for.
 */
export const dispatchConsumer = (now: () => number = Date.now): Consumer =>
  followUp('dispatch', {
    batch: 50,
    handle: async (db, subjects) => {
      const at = now();
      const done: string[] = [];
      const stuck: Stuck[] = [];
      const remade: { site: DispatchSite; plans: NewPlan[] }[] = [];
      for (const [id, own] of bySite(subjects)) {
        try {
          const made = await planAnew(db, id, own, at);
          if (made) remade.push(made);
          done.push(...own);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          const code = error.code === 'tariff-gap' ? 'tariffGap' : 'planImpossible';
          stuck.push(...own.map((subject) => ({ subject, code, detail: error.message })));
        }
      }
      const parts = (gone: ReturnType<typeof sql>) =>
        Object.assign(
          {},
          ...remade.map(({ site, plans }, index) => {
            const ours = sql`exists (select from ${gone} g where split_part(g.subject, '/', 1) = ${site.id})`;
            return {
              ...planParts(site, plans, { by, now: at, suffix: `_${index}`, when: ours }),
              // Changed while it was planned: once more.
              [`again_${index}`]: sql`
                insert into follow_ups (consumer, subject) select 'dispatch', ${`${site.id}/again/${site.planN}`}
                where ${ours} and not exists (select from ${sql.identifier(`gate_${index}`)}) on conflict do nothing`,
            };
          }),
        );
      return { done, parts, stuck };
    },
  });

function bySite(subjects: readonly string[]): Map<string, string[]> {
  const sites = new Map<string, string[]>();
  for (const subject of subjects) {
    const site = subject.split('/')[0] ?? '';
    sites.set(site, [...(sites.get(site) ?? []), subject]);
  }
  return sites;
}

/** Null: nothing is planned there. */
async function planAnew(
  db: Database,
  id: string,
  subjects: readonly string[],
  now: number,
): Promise<{ site: DispatchSite; plans: NewPlan[] } | null> {
  const site = await readDispatchSite(db, id);
  if (!site) return null;
  const because = subjects.map((subject) => subject.slice(id.length + 1)).join(', ');
  const task = await remaining(db, site, because.slice(0, 200), now);
  return task && { site, plans: await planAssets(db, task) };
}

/** What of the plans in force is still to come. */
async function remaining(db: Database, site: DispatchSite, because: string, now: number): Promise<PlanTask | null> {
  const first = nextQuarter(now);
  const rows = await readPlans(db, site.id, now - dayMs, now + aheadMs + 2 * dayMs);
  const inForce = plansInForce(rows);
  const ahead = rows.filter(({ toAt }) => toAt.getTime() > first);
  const planned = new Set(ahead.map(({ asset }) => asset));
  const assets = site.assets.filter(({ code, state }) => state === 'commissioned' && planned.has(code));
  const loads = new Map<number, number>();
  for (const { intervals } of ahead)
    for (const { startsAt, loadWh } of intervals)
      if (Date.parse(startsAt) >= first) loads.set(Date.parse(startsAt), loadWh);
  const starts = [...loads.keys()].sort((a, b) => a - b);
  const [start] = starts;
  if (assets.length === 0 || start === undefined) return null;
  const stored = await storedAt(db, assets, inForce, start, now);
  const last = ahead.at(-1)?.request;
  const startWh = new Map(
    assets.map(({ code, energyWh, socMinPct }) => {
      const wh = stored.get(code) ?? storedByPlan(code, inForce, start);
      // Nobody knows: as if empty, so that nothing is promised that may not be there.
      return [code, wh ?? Math.round((energyWh * socMinPct) / 100)];
    }),
  );
  const basis = (asset: string): PlanBasis => ({
    because,
    load: 'lastPlan',
    soc: stored.has(asset) ? 'lastReading' : 'lastPlan',
    shaveToW: last?.shaveToW ?? null,
    note: null,
  });
  return { site, assets, starts, loadWh: starts.map((at) => loads.get(at) ?? 0), startWh, inForce, basis };
}
