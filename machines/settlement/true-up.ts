import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { microOfFen, priced, roundHalfAway } from './money.ts';

/** Energy of a lessee at a station in a month, and what charging cost there. */
export interface EnergyAtStation {
  station: string;
  /** Net energy of the receipts, and what was billed for it. */
  energyWh: number;
  billedFen: number;
  /** All charges of the station that ended in the month, by its meters. */
  meteredWh: number;
  costFen: number;
}

/**
 * The energy of a month at what it cost by the meter instead of by the tariff of the hour of release: for each station what it costs at the month's
 * mean price, less what was billed. A station that charged nothing has no mean price and is left as billed.
 */
export function trueUpLines(month: string, stations: readonly EnergyAtStation[]): BillLine[] {
  const sorted = [...stations].sort((a, b) => (a.station < b.station ? -1 : 1));
  return sorted.flatMap(({ station, energyWh, billedFen, meteredWh, costFen }): BillLine[] => {
    if (meteredWh <= 0) return [];
    const at = { month, station };
    const unitPriceMicro = roundHalfAway(BigInt(costFen) * 10_000_000n, BigInt(meteredWh));
    return [
      priced({
        kind: 'energyTrueUp',
        quantity: energyWh,
        unit: 'Wh',
        unitPriceMicro,
        rule: 'trueUpAtMeanCost',
        basis: { ...at, meteredWh, costFen },
      }),
      priced({
        kind: 'energyTrueUp',
        quantity: 1,
        unit: 'item',
        unitPriceMicro: microOfFen(-billedFen),
        rule: 'trueUpLessBilled',
        basis: { ...at, billedFen },
      }),
    ];
  });
}
