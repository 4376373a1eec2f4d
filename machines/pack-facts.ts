import type { ModelFacts } from './policy/compatibility.ts';

/**
 * Where the ledger says a pack is. `key` is unique per place: `bj-001/slot/17`, `bj-001/bay/1/berth/2`, `vehicle/<VIN>`, `unknown`. An
 * unknown place keeps the station that lost the pack, so that its image still holds it.
 */
export interface LedgerPlace {
  kind:
    | 'slot'
    | 'berth'
    | 'lift'
    | 'vehicle'
    | 'isolation'
    | 'truck'
    | 'workshop'
    | 'delivery'
    | 'secondLifeSite'
    | 'recycler'
    | 'unknown';
  key: string;
  /** Station the place belongs to; null for places outside stations, also for a vehicle. */
  station: string | null;
}

/** Life-long counts of a pack. What each counts says `docs/inventory.md`. */
export interface PackCounters {
  chargeWh: number;
  chargeAh: number;
  /** Meter of the slot when the charge under way began; null: none is under way. */
  chargeFromWh: number | null;
  minCellC: number | null;
  maxCellC: number | null;
  negativeEvents: number;
  swapCount: number;
}

/** A pack as the station's image holds it: custody plus what dispatch needs. */
export interface PackFacts {
  code: string;
  place: LedgerPlace;
  /**
   * Version of the custody row; the commit checks the one that was loaded. Each `moveBattery` of a step raises it by one in the new
   * state. 0: the ledger does not know this pack yet.
   */
  custodyVersion: number;
  model: string;
  firmware: string;
  /** What is known of the model; absent or null: nobody has described it. */
  modelFacts?: ModelFacts | null;
  /** Absent: nothing counted yet. */
  counters?: PackCounters;
  socPct: number | null;
  /** By its BMS; each reading overwrites it. */
  sohPct: number | null;
  /** From the charges that stations saw, when the pack was loaded. Absent or null: nobody has judged it. Nothing in the core changes it. */
  estimatedSohPct?: number | null;
  energyWh: number | null;
  /** The station has said `packReady` and nothing took it back. */
  ready: boolean;
  /** Highest active alarm level, 0 to 4. */
  alarmLevel: number;
  status: 'inService' | 'quarantined' | 'resting' | 'retired' | 'secondLife' | 'recycled';
  /** Decided to retire, and not yet at rest: it is given to nobody any more, and is still taken out of a car. */
  retiring?: boolean;
  /** Swap or reservation that has this pack set aside, or null. */
  reservedBy: string | null;
}
