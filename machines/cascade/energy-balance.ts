export interface BalanceReading {
  chargeWh: number;
  dischargeWh: number;
  /** At the end of the quarter of an hour. */
  socPct: number | null;
}

export interface EnergyBalance {
  /** What the meters say that went into the asset and stayed: charge x efficiency − discharge / efficiency. */
  byMetersWh: number;
  /** The same by the change of its state of charge. */
  bySocWh: number;
  differenceWh: number;
  /** Of what went through. */
  differencePct: number | null;
}

/**
 * Compares the meters of an asset with its state of charge, between the first and the last state of charge that is known. `before`: the one at the
 * beginning of the readings. Null: fewer than two are known.
 */
export function energyBalance(
  readings: readonly BalanceReading[],
  before: number | null,
  store: { energyWh: number; chargeEfficiencyPct: number; dischargeEfficiencyPct: number },
): EnergyBalance | null {
  let first = before;
  let last: number | null = null;
  let pending = 0;
  let metered = 0;
  let moved = 0;
  let pendingMoved = 0;
  for (const { chargeWh, dischargeWh, socPct } of readings) {
    if (first !== null) {
      pending += (chargeWh * store.chargeEfficiencyPct) / 100 - (dischargeWh * 100) / store.dischargeEfficiencyPct;
      pendingMoved += chargeWh + dischargeWh;
    }
    if (socPct === null) continue;
    if (first === null) first = socPct;
    else {
      last = socPct;
      metered += pending;
      moved += pendingMoved;
      pending = 0;
      pendingMoved = 0;
    }
  }
  if (first === null || last === null) return null;
  const byMetersWh = Math.round(metered);
  const bySocWh = Math.round(((last - first) * store.energyWh) / 100);
  const differenceWh = bySocWh - byMetersWh;
  const differencePct = moved === 0 ? null : Math.round((differenceWh / moved) * 1000) / 10;
  return { byMetersWh, bySocWh, differenceWh, differencePct };
}
