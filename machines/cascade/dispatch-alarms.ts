import { type DispatchAlarmCode, intervalHours, intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import type { AssetQuarter } from './dispatch-booking.ts';
import type { GridLimits } from './grid-limits.ts';

/** A quarter of an hour as the meters have it. Instants are UTC epoch ms. */
export interface MeteredQuarter extends GridLimits {
  startsAt: number;
  loadWh: number;
  assets: readonly (AssetQuarter & { powerW: number; planned: { chargeWh: number; dischargeWh: number } | null })[];
}

export interface Deviation {
  key: string;
  code: DispatchAlarmCode;
  asset: string | null;
  /** By how much beyond what was allowed or planned. */
  byWh: number;
  detail: string;
}

/** A limit counts as kept within the error of a class 1 meter, and 50 Wh. */
export const limitToleranceWh = (limitWh: number): number => Math.max(50, Math.round(limitWh * 0.01));
/** A plan counts as kept within a tenth of what the power of the asset moves in a quarter of an hour. */
export const planToleranceWh = (powerW: number): number => Math.round(powerW * intervalHours * 0.1);

/** What of a quarter of an hour was otherwise than it should have been. */
export function deviationsOf({ loadWh, importLimitW, exportLimitW, assets }: MeteredQuarter): Deviation[] {
  const gridWh = assets.reduce((sum, { chargeWh, dischargeWh }) => sum + chargeWh - dischargeWh, loadWh);
  const over = (wh: number, limitW: number) => {
    const limitWh = Math.floor(limitW * intervalHours);
    return wh - limitWh > limitToleranceWh(limitWh) ? wh - limitWh : 0;
  };
  const found: Deviation[] = [];
  const limit = (code: DispatchAlarmCode, verb: string, wh: number, limitW: number) => {
    const byWh = over(wh, limitW);
    if (byWh > 0)
      found.push({ key: code, code, asset: null, byWh, detail: `${verb} ${wh / intervalHours} W, may ${limitW} W` });
  };
  limit('importLimitBroken', 'the site took', gridWh, importLimitW);
  limit('exportLimitBroken', 'the site fed in', -gridWh, exportLimitW);
  for (const { asset, chargeWh, dischargeWh, powerW, planned } of assets) {
    if (planned === null) continue;
    const wanted = planned.chargeWh - planned.dischargeWh;
    const was = chargeWh - dischargeWh;
    const byWh = Math.abs(was - wanted);
    if (byWh <= planToleranceWh(powerW)) continue;
    found.push({
      key: `offPlan/${asset}`,
      code: 'offPlan',
      asset,
      byWh,
      detail: `${sayWh(was)}, planned ${sayWh(wanted)}`,
    });
  }
  return found;
}

const sayWh = (wh: number): string => (wh === 0 ? 'nothing' : wh > 0 ? `charged ${wh} Wh` : `discharged ${-wh} Wh`);

/** A run of quarters of an hour in which something was wrong. */
export interface Episode {
  key: string;
  code: DispatchAlarmCode;
  asset: string | null;
  detail: string;
  worstWh: number;
  quarters: number;
  raisedAt: number;
  lastAt: number;
  clearedAt: number | null;
}

/**
 * What becomes of the alarms that stand when quarters of an hour are judged: those that began, went on or ended. `newest`: the last quarter judged
 * before. One that comes late and has been overtaken leaves an alarm that is over.
 */
export function nextEpisodes(
  open: readonly Episode[],
  newest: number | null,
  quarters: readonly MeteredQuarter[],
): Episode[] {
  const standing = new Map(open.map((episode) => [episode.key, episode]));
  const changed = new Map<string, Episode>();
  const put = (episode: Episode) => {
    changed.set(`${episode.key} ${episode.raisedAt}`, episode);
    if (episode.clearedAt === null) standing.set(episode.key, episode);
    else standing.delete(episode.key);
  };
  let latest = newest ?? Number.NEGATIVE_INFINITY;
  for (const quarter of [...quarters].sort((a, b) => a.startsAt - b.startsAt)) {
    const { startsAt } = quarter;
    const found = new Map(deviationsOf(quarter).map((each) => [each.key, each]));
    for (const deviation of found.values()) {
      const before = standing.get(deviation.key);
      if (before && startsAt >= before.raisedAt) put(goesOn(before, deviation, startsAt));
      else if (before || startsAt < latest) overtaken(changed, deviation, startsAt);
      else put(begins(deviation, startsAt));
    }
    const judged = ['importLimitBroken', 'exportLimitBroken', ...quarter.assets.map(({ asset }) => `offPlan/${asset}`)];
    for (const key of judged) {
      const before = standing.get(key);
      if (!before || found.has(key) || startsAt < before.lastAt) continue;
      put({ ...before, clearedAt: Math.max(startsAt, before.lastAt + intervalMs) });
    }
    latest = Math.max(latest, startsAt);
  }
  return [...changed.values()];
}

const begins = ({ byWh, ...deviation }: Deviation, startsAt: number): Episode => ({
  ...deviation,
  worstWh: byWh,
  quarters: 1,
  raisedAt: startsAt,
  lastAt: startsAt,
  clearedAt: null,
});

function goesOn(before: Episode, { byWh, detail }: Deviation, startsAt: number): Episode {
  const isWorse = byWh > before.worstWh;
  return {
    ...before,
    worstWh: isWorse ? byWh : before.worstWh,
    detail: isWorse ? detail : before.detail,
    quarters: before.quarters + (startsAt === before.lastAt ? 0 : 1),
    lastAt: Math.max(before.lastAt, startsAt),
  };
}

function overtaken(changed: Map<string, Episode>, deviation: Deviation, startsAt: number): void {
  changed.set(`${deviation.key} ${startsAt}`, { ...begins(deviation, startsAt), clearedAt: startsAt + intervalMs });
}
