export const assetStates = ['planned', 'commissioned', 'faulted', 'outOfService', 'endOfLife', 'recycled'] as const;
export type AssetState = (typeof assetStates)[number];

/** What people and controllers tell of an asset; each leaves an event. */
export const assetActs = [
  'commission',
  'reportFault',
  'repair',
  'takeOut',
  'returnToService',
  'endLife',
  'recycle',
] as const;
export type AssetAct = (typeof assetActs)[number];

export const assetEventTypes = [
  'planned',
  'changed',
  'commissioned',
  'faulted',
  'repaired',
  'takenOut',
  'returned',
  'lifeEnded',
  'recycled',
] as const;
export type AssetEventType = (typeof assetEventTypes)[number];
