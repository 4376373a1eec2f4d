import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { LeaseOfSwap, PackAtSwap, SwapUsage } from '../../schema/wire/settlement/usage.ts';
import { billSwap } from './bill-swap.ts';
import { totalFen } from './money.ts';
import { type Posting, postingsOf } from './postings.ts';
import { type PriceBook, priceAtStation, sayGap } from './price-book.ts';
import { swapEnergy } from './swap-energy.ts';
import type { SwapRecord } from './swap-log.ts';
import { tariffName } from './tariff.ts';

/** Who pays by which terms. */
export interface Contract {
  /** Null: a car without lease, by the operator's plan for such cars. */
  lease: LeaseOfSwap | null;
  plan: string;
  planVersion: number;
  terms: PlanTerms;
  /** Organisation that pays: the lessee, or the fleet of a car without lease; null: the driver. */
  lessee: string | null;
  /** Owner of the packs; null: the operator. */
  owner: string | null;
}

export interface Receipt {
  swap: string;
  station: string;
  vin: string;
  lessee: string | null;
  owner: string | null;
  lease: string | null;
  plan: string;
  planVersion: number;
  tariff: string;
  releasedAt: number;
  odometerKm: number;
  energyWh: number;
  lines: BillLine[];
  totalFen: number;
  usage: SwapUsage;
  postings: Posting[];
}

/** Why there is no receipt yet. Never a price of zero instead. */
export interface NoReceipt {
  code: 'packUnknownAtSwap' | 'energyUnknown' | 'tariffGap';
  detail: string;
}

/** The instant that prices a swap: its release; for one that a person settled, and nobody saw released, its end. */
export const pricedAt = ({ releasedAt, endedAt }: Pick<SwapRecord, 'releasedAt' | 'endedAt'>): number =>
  releasedAt ?? endedAt;

export interface SwapToReceipt {
  record: SwapRecord;
  /** Usable energy of the model when new, Wh, as it was known. */
  nominalWh: { out: number | null; in: number | null };
  contract: Contract;
  book: PriceBook;
}

/** The receipt of a completed swap. The same from the tables and from the log, or the audit says so. */
export function receiptOf({ record, nominalWh, contract, book }: SwapToReceipt): Receipt | NoReceipt {
  const { packIn, packOut } = record;
  if (packIn === null || packIn === packOut) {
    return { code: 'packUnknownAtSwap', detail: `nobody knows which pack ${record.vin} was given` };
  }
  const usage = usageOf({ ...record, packIn }, nominalWh, contract.lease);
  const energy = swapEnergy(usage);
  if (!energy) return { code: 'energyUnknown', detail: unknownEnergy(usage) };
  const price = priceAtStation(book, record.station, usage.releasedAt);
  if ('gap' in price) return { code: 'tariffGap', detail: sayGap(price.gap) };
  const billed = billSwap({ usage, energy, terms: contract.terms, price });
  const lines = record.releasedAt === null ? billed.map(settledByPerson) : billed;
  const { vin, swap, station, odometerKm } = record;
  const { lessee, owner, lease, plan, planVersion } = contract;
  return {
    swap,
    station,
    vin,
    lessee,
    owner,
    lease: lease?.lease ?? null,
    plan,
    planVersion,
    tariff: tariffName(price.tariff),
    releasedAt: usage.releasedAt,
    odometerKm,
    energyWh: energy.energyWh,
    lines,
    totalFen: totalFen(lines),
    usage,
    postings: postingsOf(lines, { lessee, vin, owner }),
  };
}

/** Settled by a person, and no release was seen. */
const settledByPerson = (line: BillLine): BillLine => ({
  ...line,
  basis: { ...line.basis, pricedAt: 'endOfSwap' },
});

function usageOf(
  record: SwapRecord & { packIn: string },
  nominalWh: SwapToReceipt['nominalWh'],
  lease: LeaseOfSwap | null,
): SwapUsage {
  const { swap, station, vin, odometerKm, inPositionAt, leftAt, readingOut, readingIn, packInSoh, carSocPct } = record;
  const packOut: PackAtSwap = {
    ...packOf(record.packOut, readingOut, nominalWh.out),
    // The car's own word, where no reader asked the pack.
    ...(readingOut === null && { socPct: carSocPct }),
  };
  const packIn = packOf(record.packIn, readingIn, nominalWh.in);
  const at = { inPositionAt, releasedAt: pricedAt(record), leftAt };
  return { swap, station, vin, odometerKm, ...at, packOut, packIn, packInSoh, lease };
}

const packOf = (code: string, reading: SwapRecord['readingOut'], nominalWh: number | null): PackAtSwap => ({
  code,
  socPct: reading?.socPct ?? null,
  energyWh: reading?.energyWh ?? null,
  nominalWh,
  sohPct: reading?.sohPct ?? null,
});

function unknownEnergy({ packIn, packOut }: SwapUsage): string {
  const lacks = [packOut, packIn].filter(
    ({ energyWh, socPct, nominalWh, sohPct }) =>
      energyWh === null && (socPct === null || nominalWh === null || sohPct === null),
  );
  const said = lacks.map(
    ({ code, socPct, nominalWh, sohPct }) =>
      `${code}: ${socPct === null ? 'no state of charge' : sohPct === null ? 'no state of health' : nominalWh === null ? 'its model is not described' : ''}`,
  );
  return `what the packs held is not known (${said.join('; ') || 'one has a counter, the other not'})`;
}

export const isReceipt = (made: Receipt | NoReceipt): made is Receipt => !('code' in made);
