import { intervalHours } from '../../schema/wire/cascade/dispatch.ts';
import { amountFen } from '../settlement/money.ts';

/** What an interval brings: the site's own load, the price of a kWh, and the limits of the grid. */
export interface DispatchInterval {
  loadWh: number;
  /** Millionths of a yuan. What is fed into the grid earns nothing. */
  priceMicro: number;
  importLimitW: number;
  exportLimitW: number;
}

/** The asset. Energies are those inside it, powers and metered energies those on the side of the grid. */
export interface DispatchStore {
  powerW: number;
  energyWh: number;
  /** Window of its work, and what is kept back for a black-out, as parts of its energy. */
  socMinPct: number;
  socMaxPct: number;
  reservePct: number;
  chargeEfficiencyPct: number;
  dischargeEfficiencyPct: number;
}

export interface DispatchStep {
  chargeWh: number;
  dischargeWh: number;
  /** Inside at the end of the interval. */
  storedWh: number;
}

/**
 * What the asset should do, interval by interval: charge in the valley, discharge in the peak.
 *
 * Dynamic programming over levels of stored energy (R. Bellman, 1957): of all ways to end with at least what it began with, the one that (1)
 * takes least above the grid's limit, (2) is least below the reserve, (3) costs least in fen, as they are booked, (4) moves least energy. Doing
 * nothing is one of the ways, so no plan is worse than nothing. The battery's own part never breaks a limit; a load that breaks it by itself is
 * lowered as far as power and energy go.
 */
export function planDispatch(
  intervals: readonly DispatchInterval[],
  store: DispatchStore,
  startWh: number,
): DispatchStep[] {
  const grid = levelsOf(store, startWh);
  const offers = intervals.map((interval) => offersOf(interval, store, grid));
  const best = backwards(offers, grid);
  const steps: DispatchStep[] = [];
  let level = grid.start;
  for (const [at, offer] of offers.entries()) {
    const move = best[at]?.[level] ?? 0;
    const { chargeWh, dischargeWh } = offer.moves.get(move) ?? nothing;
    level += move;
    steps.push({ chargeWh, dischargeWh, storedWh: grid.whOf(level) });
  }
  return steps;
}

interface Levels {
  count: number;
  start: number;
  stepWh: number;
  whOf(level: number): number;
  /** It is never charged above this level; below the start when that lies above its window. */
  ceiling: number;
  /** It is never discharged below this level; above the start when the reserve is not full. */
  reserve: number;
  /** It ends on this one at least. */
  end: number;
}

const mostLevels = 200;

/** Levels stand at equal distances from the start, so that doing nothing is exact; rounded inwards, so that none is outside the window. */
function levelsOf(store: DispatchStore, startWh: number): Levels {
  const whOfPct = (pct: number) => (store.energyWh * pct) / 100;
  const reserveWh = Math.max(whOfPct(store.socMinPct), whOfPct(store.reservePct));
  const highestWh = whOfPct(store.socMaxPct);
  const stepWh = Math.max(1, Math.ceil((Math.max(startWh, highestWh) - Math.min(startWh, reserveWh)) / mostLevels));
  const below = Math.max(0, Math.floor((startWh - reserveWh) / stepWh));
  const above = Math.max(0, Math.floor((highestWh - startWh) / stepWh));
  const ceiling = below + Math.floor((highestWh - startWh) / stepWh);
  return {
    count: below + above + 1,
    start: below,
    stepWh,
    whOf: (level) => startWh + (level - below) * stepWh,
    ceiling,
    reserve: Math.min(Math.max(0, Math.ceil((reserveWh - startWh) / stepWh)), below + above),
    // What lies above its window it may give away.
    end: Math.max(0, Math.min(below, ceiling)),
  };
}

interface Move {
  chargeWh: number;
  dischargeWh: number;
  /** Fen, and what the grid's limit is exceeded by. */
  fen: number;
  overWh: number;
}
interface Offer {
  /** By levels gained; 0: do nothing. */
  moves: ReadonlyMap<number, Move>;
}
const nothing: Move = { chargeWh: 0, dischargeWh: 0, fen: 0, overWh: 0 };

/** What can be done in an interval, whatever is stored. */
function offersOf(interval: DispatchInterval, store: DispatchStore, { stepWh, count }: Levels): Offer {
  const { loadWh, priceMicro } = interval;
  const mostWh = Math.floor(store.powerW * intervalHours);
  const importWh = Math.floor(interval.importLimitW * intervalHours);
  const mostCharge = Math.min(mostWh, importWh - loadWh);
  const mostDischarge = Math.min(mostWh, loadWh + Math.floor(interval.exportLimitW * intervalHours));
  const overWh = (drawnWh: number) => Math.max(0, drawnWh - importWh);
  const moves = new Map<number, Move>([[0, { ...nothing, overWh: overWh(loadWh) }]]);
  for (let gained = 1; gained < count; gained++) {
    const chargeWh = Math.ceil((gained * stepWh * 100) / store.chargeEfficiencyPct);
    if (chargeWh > mostCharge) break;
    const fen = amountFen(chargeWh, 'Wh', priceMicro);
    moves.set(gained, { chargeWh, dischargeWh: 0, fen, overWh: overWh(loadWh + chargeWh) });
  }
  for (let lost = 1; lost < count; lost++) {
    const dischargeWh = Math.floor((lost * stepWh * store.dischargeEfficiencyPct) / 100);
    if (dischargeWh > mostDischarge) break;
    // What goes into the grid is not bought, and not paid for either.
    const fen = -amountFen(Math.min(dischargeWh, loadWh), 'Wh', priceMicro);
    moves.set(-lost, { chargeWh: 0, dischargeWh, fen, overWh: overWh(loadWh - dischargeWh) });
  }
  return { moves };
}

/** A Wh above the limit, and a Wh below the reserve for one interval, weigh more than any price of a kWh; the first more than the second. */
const overWeight = 1e7;
const reserveWeight = 1e4;
/** Less than a fen for all the energy there is. */
const moveWeight = 1e-10;

/** For each interval and level the best move, from the last interval to the first. */
function backwards(offers: readonly Offer[], grid: Levels): Int32Array[] {
  let after = Float64Array.from({ length: grid.count }, (_, level) =>
    level >= grid.end ? 0 : Number.POSITIVE_INFINITY,
  );
  const best: Int32Array[] = [];
  for (let at = offers.length - 1; at >= 0; at--) {
    const now = new Float64Array(grid.count).fill(Number.POSITIVE_INFINITY);
    const choice = new Int32Array(grid.count);
    for (const [move, { chargeWh, dischargeWh, fen, overWh }] of offers[at]?.moves ?? []) {
      const cost = fen + overWh * overWeight + (chargeWh + dischargeWh) * moveWeight;
      for (let level = Math.max(0, -move); level < Math.min(grid.count, grid.count - move); level++) {
        const target = level + move;
        if (!isAllowed(grid, move, target)) continue;
        const shortWh = Math.max(0, grid.reserve - target) * grid.stepWh;
        const total = cost + shortWh * reserveWeight + (after[target] ?? Number.POSITIVE_INFINITY);
        if (total < (now[level] ?? 0)) {
          now[level] = total;
          choice[level] = move;
        }
      }
    }
    best.unshift(choice);
    after = now;
  }
  return best;
}

/** Never charged above its window, never discharged into the reserve. */
const isAllowed = ({ ceiling, reserve }: Levels, move: number, target: number): boolean =>
  move === 0 || (move > 0 ? target <= ceiling : target >= reserve);
