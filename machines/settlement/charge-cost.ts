import type { PackReading } from '../../schema/wire/sensors.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { billCharge } from './bill-charge.ts';
import { totalFen } from './money.ts';
import { costPostings, type Posting } from './postings.ts';
import { type PriceBook, sayGap } from './price-book.ts';

/** A reading of a slot's meter. */
export interface MeterReading {
  pack: string;
  phase: 'started' | 'ended';
  registerWh: number;
  reading: PackReading | null;
  /** UTC epoch ms. */
  at: number;
}

export interface EndedCharge {
  /** `station/eventN/position` of its end. */
  charge: string;
  station: string;
  slot: number;
  end: MeterReading;
  /** The reading of the same meter before it: its start, unless that was lost. Null: the first reading of this meter. */
  before: MeterReading | null;
}

export interface ChargeCost {
  charge: string;
  station: string;
  slot: number;
  pack: string;
  startedAt: number;
  endedAt: number;
  meteredWh: number;
  intoPackWh: number | null;
  /** Of its first hour; empty: nothing was metered. */
  tariff: string;
  lines: BillLine[];
  costFen: number;
  postings: Posting[];
}

export interface NoCost {
  code: 'tariffGap' | 'meterWentBack';
  detail: string;
}

export const isCost = (made: ChargeCost | NoCost): made is ChargeCost => !('code' in made);

/**
 * What a charge cost: the register at its end less the register at the reading before. Where the start was lost that is the end of the charge
 * before, so no energy of a meter goes unbooked. A meter's first reading books nothing.
 */
export function chargeCostOf(ended: EndedCharge, book: PriceBook): ChargeCost | NoCost {
  const { charge, station, slot, end, before } = ended;
  const meteredWh = before ? end.registerWh - before.registerWh : 0;
  if (meteredWh < 0) {
    return { code: 'meterWentBack', detail: `slot ${slot}: ${before?.registerWh} Wh, then ${end.registerWh} Wh` };
  }
  // A clock that was set back makes no charge end before it began.
  const startedAt = Math.min(before?.at ?? end.at, end.at);
  const billed = meteredWh === 0 ? { lines: [] } : billCharge({ station, startedAt, endedAt: end.at, meteredWh, book });
  if ('gap' in billed) return { code: 'tariffGap', detail: sayGap(billed.gap) };
  const isSeen = before?.phase === 'started' && before.pack === end.pack;
  const lines = isSeen ? billed.lines : billed.lines.map(startLost);
  return {
    charge,
    station,
    slot,
    pack: end.pack,
    startedAt,
    endedAt: end.at,
    meteredWh,
    intoPackWh: isSeen ? intoPack(before, end) : null,
    tariff: String(lines[0]?.basis.tariff ?? ''),
    lines,
    costFen: totalFen(lines),
    postings: costPostings(lines),
  };
}

const startLost = (line: BillLine): BillLine => ({ ...line, basis: { ...line.basis, startNotSeen: true } });

function intoPack({ reading: first }: MeterReading, { reading: last }: MeterReading): number | null {
  if (first?.energyWh === undefined || last?.energyWh === undefined) return null;
  return last.energyWh - first.energyWh;
}
