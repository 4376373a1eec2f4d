import type { Tariff, TariffPeriod } from '../../schema/wire/settlement/tariff.ts';
import { beijingDay, beijingTime } from './calendar.ts';
import { periodAt, timeOfMinute } from './tariff.ts';

/** Under which category a station buys its energy, from a day on. */
export interface StationCategory {
  station: string;
  fromDay: string;
  category: string;
}

/** All price tables and station categories that a computation may need. Made once, asked often. */
export interface PriceBook {
  tables: ReadonlyMap<string, readonly Tariff[]>;
  /** Newest first. */
  categories: ReadonlyMap<string, readonly StationCategory[]>;
}

export interface Price {
  tariff: Tariff;
  period: TariffPeriod;
  /** Millionths of a yuan for one kWh. */
  micro: number;
}

/** Why there is no price. An error before billing; never a zero price. */
export interface TariffGap {
  reason: 'stationWithoutCategory' | 'noTable' | 'hourNotCovered';
  station: string | null;
  category: string | null;
  /** The instant that has no price. */
  at: number;
}

export function priceBook(tariffs: readonly Tariff[], stations: readonly StationCategory[]): PriceBook {
  const tables = new Map<string, Tariff[]>();
  for (const table of tariffs) tables.set(table.category, [...(tables.get(table.category) ?? []), table]);
  const categories = new Map<string, StationCategory[]>();
  for (const entry of stations) categories.set(entry.station, [...(categories.get(entry.station) ?? []), entry]);
  for (const entries of categories.values()) entries.sort((a, b) => (a.fromDay < b.fromDay ? 1 : -1));
  return { tables, categories };
}

/** The price of one kWh for a category at an instant. */
export function priceAt(book: PriceBook, category: string, at: number): Price | { gap: TariffGap } {
  const day = beijingDay(at);
  const tariff = book.tables.get(category)?.find(({ validFrom, validTo }) => validFrom <= day && day < validTo);
  if (!tariff) return { gap: { reason: 'noTable', station: null, category, at } };
  const period = periodAt(tariff, at);
  const micro = period === null ? undefined : tariff.prices[period];
  if (period === null || micro === undefined) return { gap: { reason: 'hourNotCovered', station: null, category, at } };
  return { tariff, period, micro };
}

/** The price of one kWh at a station, by the category it has on that day. */
export function priceAtStation(book: PriceBook, station: string, at: number): Price | { gap: TariffGap } {
  const day = beijingDay(at);
  const entry = book.categories.get(station)?.find(({ fromDay }) => fromDay <= day);
  if (!entry) return { gap: { reason: 'stationWithoutCategory', station, category: null, at } };
  const price = priceAt(book, entry.category, at);
  return 'gap' in price ? { gap: { ...price.gap, station } } : price;
}

/** A gap in words, for alarms and logs. */
export function sayGap({ reason, station, category, at }: TariffGap): string {
  const day = beijingDay(at);
  if (reason === 'stationWithoutCategory') return `station ${station} has no tariff category on ${day}`;
  if (reason === 'noTable') return `tariff ${category} has no price table for ${day}`;
  return `the price table of tariff ${category} for ${day} leaves the hour ${timeOfMinute(beijingTime(at))} out`;
}
