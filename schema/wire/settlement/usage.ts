import type { EnergyBasis } from './bill.ts';

/** A pack at the hand-over, as the station read it. */
export interface PackAtSwap {
  code: string;
  socPct: number | null;
  /** Remaining energy by the BMS counter, Wh. */
  energyWh: number | null;
  /** Usable energy of the model when new, Wh; null: a model nobody has described. */
  nominalWh: number | null;
  sohPct: number | null;
}

/** Where a state of health is from: the charges that stations saw, or the pack's own BMS. */
export type SohSource = 'estimate' | 'bms';

/** A state of health, percent, and where it is from. */
export interface SohFigure {
  pct: number;
  source: SohSource;
}

/** The lease a swap is billed under. */
export interface LeaseOfSwap {
  lease: string;
  plan: string;
  planVersion: number;
  /** Organisations. */
  owner: string;
  lessee: string;
}

/** All that prices one completed swap. Instants are UTC epoch ms by the station's clock. */
export interface SwapUsage {
  swap: string;
  station: string;
  vin: string;
  odometerKm: number;
  inPositionAt: number;
  /** The instant that counts for prices: clamps open. */
  releasedAt: number;
  leftAt: number | null;
  packOut: PackAtSwap;
  packIn: PackAtSwap;
  /** Of the pack given, what the bay went by when it chose it. Absent or null: it knew nothing. */
  packInSoh?: SohFigure | null;
  /** Null: a car without a lease, billed by the operator's plan for such cars. */
  lease: LeaseOfSwap | null;
}

/** Energy given minus energy returned, whole Wh; below 0 when the returned pack held more. */
export interface SwapEnergy {
  energyWh: number;
  basis: EnergyBasis;
  /** Half width of its error, Wh. */
  errorWh: number;
}
