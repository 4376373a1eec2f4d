import type { Tariff } from '../../schema/wire/settlement/tariff.ts';

/**
 * Electricity of Beijing for commercial and industrial users: the hours and ratios of 京发改规〔2023〕11号, and the parts of the price that State Grid
 * Beijing publishes for a month. A month's table follows from them, rounded to five decimals as it is published:
 *
 *     price = agent purchase x ratio + losses + transmission and distribution + system cost + government funds
 */
export const beijingPeriods: Tariff['periods'] = {
  peak: [
    { from: '10:00', to: '13:00' },
    { from: '17:00', to: '22:00' },
  ],
  flat: [
    { from: '07:00', to: '10:00' },
    { from: '13:00', to: '17:00' },
    { from: '22:00', to: '23:00' },
  ],
  valley: [{ from: '23:00', to: '07:00' }],
  critical: [
    {
      months: [7, 8],
      hours: [
        { from: '11:00', to: '13:00' },
        { from: '16:00', to: '17:00' },
      ],
    },
    { months: [12, 1], hours: [{ from: '18:00', to: '21:00' }] },
  ],
};

/** The parts of a month's price, in hundred-millionths of a yuan for one kWh: the funds have eight decimals. */
export interface BeijingParts {
  agentPurchase: number;
  losses: number;
  systemCost: number;
  funds: number;
}

/** August 2026. The system cost is derived from the published prices. */
export const august2026: BeijingParts = {
  agentPurchase: 38_970_200,
  losses: 1_222_800,
  systemCost: -1_213_300,
  funds: 2_716_875,
};

interface Category {
  category: string;
  /** In hundred-millionths of a yuan for one kWh. */
  transmission: number;
  /** Of the agent purchase price, in hundredths. */
  ratios: { peak: number; flat: number; valley: number };
  /** The critical price is for users of 1 kV and above: 1.2 times the peak's. */
  hasCritical: boolean;
  capacityCharge?: Tariff['capacityCharge'];
}

/** 国办发〔2023〕19号: charging and swap facilities with a connection of their own pay no capacity charge until 2030. */
const capacity = (perKva: number, perKw: number): Tariff['capacityCharge'] => ({
  perKvaMonthMicro: perKva * 1_000_000,
  perKwMonthMicro: perKw * 1_000_000,
  isWaived: true,
});
const lowVoltage = { peak: 171, flat: 100, valley: 36 };
const highVoltage = { peak: 180, flat: 100, valley: 30 };
const twoPart = { peak: 160, flat: 100, valley: 40 };

const categories: readonly Category[] = [
  { category: 'single-rate-lt1kV', transmission: 38_000_000, ratios: lowVoltage, hasCritical: false },
  { category: 'single-rate-1-10kV', transmission: 31_000_000, ratios: highVoltage, hasCritical: true },
  { category: 'single-rate-35-110kV', transmission: 25_000_000, ratios: highVoltage, hasCritical: true },
  {
    category: 'two-part-1-10kV',
    transmission: 20_500_000,
    ratios: twoPart,
    hasCritical: true,
    capacityCharge: capacity(33, 52),
  },
  {
    category: 'two-part-35-110kV',
    transmission: 16_500_000,
    ratios: twoPart,
    hasCritical: true,
    capacityCharge: capacity(30, 48),
  },
];

/** Hundred-millionths of a yuan for one kWh, as the formula has it, before rounding. */
export function beijingPrice(parts: BeijingParts, transmission: number, ratioHundredths: number): number {
  const { agentPurchase, losses, systemCost, funds } = parts;
  return (agentPurchase * ratioHundredths) / 100 + losses + transmission + systemCost + funds;
}

/** To five decimals, in millionths. */
const published = (price: number): number => Math.round(price / 1000) * 10;

function pricesOf(parts: BeijingParts, { transmission, ratios, hasCritical }: Category): Tariff['prices'] {
  const of = (ratio: number) => published(beijingPrice(parts, transmission, ratio));
  return {
    ...(hasCritical ? { critical: of(ratios.peak * 1.2) } : {}),
    peak: of(ratios.peak),
    flat: of(ratios.flat),
    valley: of(ratios.valley),
  };
}

export interface BeijingMonth {
  validFrom: string;
  /** Excluded. */
  validTo: string;
  parts: BeijingParts;
  source: Tariff['source'];
  reference: string;
}

/** The five tables of a month. */
export const beijingTables = ({ parts, ...month }: BeijingMonth): Tariff[] =>
  categories.map((of) => ({
    category: of.category,
    ...month,
    periods: beijingPeriods,
    prices: pricesOf(parts, of),
    ...(of.capacityCharge ? { capacityCharge: of.capacityCharge } : {}),
  }));

/** The official tables of August 2026. */
export const beijingAugust2026 = (): Tariff[] =>
  beijingTables({
    validFrom: '2026-08-01',
    validTo: '2026-09-01',
    parts: august2026,
    source: 'official',
    reference: '京发改规〔2023〕11号; State Grid Beijing, agent-purchase price table of August 2026',
  });

/** August's prices for other days, which no official table covers here: for demonstrations only, and marked so. */
export const beijingDemo = (validFrom: string, validTo: string): Tariff[] =>
  beijingTables({
    validFrom,
    validTo,
    parts: august2026,
    source: 'demo',
    reference: 'Prices of August 2026 in place of those of these days',
  });
