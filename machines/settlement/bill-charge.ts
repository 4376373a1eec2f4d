import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { Tariff } from '../../schema/wire/settlement/tariff.ts';
import { beijingDay, beijingTime, startOfDay } from './calendar.ts';
import { priced } from './money.ts';
import { type Price, type PriceBook, priceAtStation, type TariffGap } from './price-book.ts';
import { largestRemainder } from './prorate.ts';
import { minutesOf, tariffName } from './tariff.ts';

export interface ChargeToBill {
  station: string;
  startedAt: number;
  endedAt: number;
  /** By the slot's meter. */
  meteredWh: number;
  book: PriceBook;
}

interface Stretch {
  from: number;
  to: number;
  price: Price;
}

/**
 * What a charge cost: its metered energy, spread evenly over its time and priced by the hours it fell in. The Wh of the lines add up to the meter.
 */
export function billCharge(charge: ChargeToBill): { lines: BillLine[] } | { gap: TariffGap } {
  const stretches = stretchesOf(charge);
  if ('gap' in stretches) return stretches;
  const lasted = stretches.map(({ from, to }) => to - from);
  const weights = lasted.some((ms) => ms > 0) ? lasted : [1];
  const energies = largestRemainder(charge.meteredWh, weights);
  return { lines: stretches.map((stretch, index) => line(stretch, energies[index] ?? 0)) };
}

/** The time of a charge, cut where the price may change; neighbours at the same price of the same table stay one. */
function stretchesOf({ station, startedAt, endedAt, book }: ChargeToBill): Stretch[] | { gap: TariffGap } {
  if (endedAt < startedAt) throw new RangeError('a charge ends after it begins');
  const stretches: Stretch[] = [];
  let from = startedAt;
  do {
    const price = priceAtStation(book, station, from);
    if ('gap' in price) return price;
    const to = Math.min(endedAt, nextChange(price.tariff, from));
    const last = stretches.at(-1);
    if (last && last.price.tariff === price.tariff && last.price.period === price.period) last.to = to;
    else stretches.push({ from, to, price });
    from = to;
  } while (from < endedAt);
  return stretches;
}

/** The next instant at which a table may change its period: the next bound of any of its ranges, or midnight. */
function nextChange({ periods }: Tariff, at: number): number {
  const minute = beijingTime(at);
  const ranges = [
    ...periods.peak,
    ...periods.flat,
    ...periods.valley,
    ...periods.critical.flatMap(({ hours }) => hours),
  ];
  const bounds = ranges.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)]).filter((bound) => bound > minute);
  return startOfDay(beijingDay(at)) + Math.min(1440, ...bounds) * 60_000;
}

function line({ from, to, price }: Stretch, energyWh: number): BillLine {
  return priced({
    kind: 'energy',
    quantity: energyWh,
    unit: 'Wh',
    unitPriceMicro: price.micro,
    rule: 'meteredEnergy',
    basis: { tariff: tariffName(price.tariff), source: price.tariff.source, period: price.period, from, to },
  });
}
