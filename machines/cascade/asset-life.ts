import type { AssetAct, AssetEventType, AssetState } from '../../schema/wire/cascade/asset.ts';

/**
 * The life of a second-life asset as a closed table: from which states an act leads where, and the event it leaves. No timers, no guards that
 * remember anything, no parallel parts: a table says it all, and docs/second-life.md shows it whole.
 */
const table: Readonly<
  Record<AssetAct, { from: readonly AssetState[]; to: AssetState; stays?: AssetState; event: AssetEventType }>
> = {
  commission: { from: ['planned'], to: 'commissioned', event: 'commissioned' },
  // At the end of its life it stays there: the fault is noted, and it goes to the recycler as it would have. Also before it has worked, and again while it waits for repair: the second fault may be the one that burns.
  reportFault: {
    from: ['planned', 'commissioned', 'faulted', 'outOfService'],
    to: 'faulted',
    stays: 'endOfLife',
    event: 'faulted',
  },
  repair: { from: ['faulted'], to: 'outOfService', event: 'repaired' },
  takeOut: { from: ['commissioned'], to: 'outOfService', event: 'takenOut' },
  returnToService: { from: ['outOfService'], to: 'commissioned', event: 'returned' },
  endLife: { from: ['planned', 'commissioned', 'faulted', 'outOfService'], to: 'endOfLife', event: 'lifeEnded' },
  recycle: { from: ['endOfLife'], to: 'recycled', event: 'recycled' },
};

/** Where an act leads; null: the asset does not take it in this state. */
export function stepAsset(state: AssetState, act: AssetAct): { state: AssetState; event: AssetEventType } | null {
  const { from, to, stays, event } = table[act];
  if (state === stays) return { state, event };
  return from.includes(state) ? { state: to, event } : null;
}

/** Acts an asset takes in a state. */
export const actsIn = (state: AssetState): AssetAct[] =>
  (Object.keys(table) as AssetAct[]).filter((act) => stepAsset(state, act) !== null);

/** States in which what it is may be changed: it does no work. */
export const isChangeable = (state: AssetState): boolean => state === 'planned' || state === 'outOfService';
