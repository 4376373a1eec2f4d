import type { SohFigure } from '../../schema/wire/settlement/usage.ts';
import type { LeaseBlock } from '../lease/events.ts';

/** What the lease of a car says at the bay. */
export interface LeaseFacts {
  /** Null: the car needs a lease and has none. */
  lease: string | null;
  plan: string | null;
  /** Why no new swap begins; null: nothing stands against it. */
  blocks: LeaseBlock | null;
  /** Least state of health of a pack that is given, percent; null: any. */
  sohFloorPct: number | null;
  onSohFloor: 'accept-with-credit' | 'refuse';
  /** Pack models that may be given; empty: any that fits. */
  models: readonly string[];
}

interface Leased {
  lease?: LeaseFacts | null | undefined;
}

interface LeasedPack {
  model: string;
  /** By its BMS, and from its charges. */
  sohPct: number | null;
  estimatedSohPct?: number | null | undefined;
  reservedBy: string | null;
}

type Measured = Pick<LeasedPack, 'sohPct' | 'estimatedSohPct'>;

/** The one figure by which a pack is judged: what was measured stands above what its BMS believes. Null: nothing is known. */
export function knownSoh({ sohPct, estimatedSohPct }: Measured): SohFigure | null {
  if (estimatedSohPct != null) return { pct: estimatedSohPct, source: 'estimate' };
  return sohPct === null ? null : { pct: sohPct, source: 'bms' };
}

/** Nothing is known against a pack that nobody has measured. */
export const isBelowFloor = (pack: Measured, vehicle: Leased | undefined): boolean => {
  const floor = vehicle?.lease?.sohFloorPct ?? null;
  const soh = knownSoh(pack);
  return floor !== null && soh !== null && soh.pct < floor;
};

export const isLeasedModel = ({ model }: Pick<LeasedPack, 'model'>, vehicle: Leased | undefined): boolean => {
  const models = vehicle?.lease?.models ?? [];
  return models.length === 0 || models.includes(model);
};

/**
 * Whether the terms of the lease allow this pack. One below the floor was set aside for this holder only because the driver took it when reserving,
 * so it is not refused to him now.
 */
export const leaseAllows = (pack: LeasedPack, vehicle: Leased | undefined, holder: string): boolean =>
  isLeasedModel(pack, vehicle) &&
  (!isBelowFloor(pack, vehicle) || vehicle?.lease?.onSohFloor !== 'refuse' || pack.reservedBy === holder);

/** Of several: those above the floor, then those nobody has measured, then those below it. */
export function floorRank(pack: Measured, vehicle: Leased | undefined): 0 | 1 | 2 {
  if ((vehicle?.lease?.sohFloorPct ?? null) === null) return 0;
  if (knownSoh(pack) === null) return 1;
  return isBelowFloor(pack, vehicle) ? 2 : 0;
}
