import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { SohFigure, SwapEnergy, SwapUsage } from '../../schema/wire/settlement/usage.ts';
import { microOfFen, priced } from './money.ts';
import type { Price } from './price-book.ts';
import { serviceFeeAt } from './service-fee.ts';
import { tariffName } from './tariff.ts';

export interface SwapToBill {
  usage: SwapUsage;
  /** By `swapEnergy`. */
  energy: SwapEnergy;
  terms: PlanTerms;
  /** By `priceAtStation` at the instant of release. */
  price: Price;
}

/** What one swap costs by itself. The energy line always stands; others only where the plan asks for them. */
export function billSwap(swap: SwapToBill): BillLine[] {
  return [energyLine(swap), serviceFeeLine(swap), parkingLine(swap), sohCreditLine(swap)].filter(
    (line) => line !== null,
  );
}

/** What the bay went by; where it knew nothing, what the BMS said at the hand-over. */
const judgedSoh = ({ packIn, packInSoh }: SwapUsage): SohFigure | null =>
  packInSoh ?? (packIn.sohPct === null ? null : { pct: packIn.sohPct, source: 'bms' });

function energyLine({ usage, energy, price }: SwapToBill): BillLine {
  const { packIn, packOut, releasedAt } = usage;
  const readings =
    energy.basis === 'bmsCounter'
      ? { givenWh: packIn.energyWh, returnedWh: packOut.energyWh }
      : { given: ofSoc(packIn), returned: ofSoc(packOut) };
  return priced({
    kind: 'energy',
    quantity: energy.energyWh,
    unit: 'Wh',
    unitPriceMicro: price.micro,
    rule: 'energyAtRelease',
    basis: {
      energy: energy.basis,
      errorWh: energy.errorWh,
      ...readings,
      tariff: tariffName(price.tariff),
      source: price.tariff.source,
      period: price.period,
      releasedAt,
    },
  });
}

const ofSoc = ({ socPct, nominalWh, sohPct }: SwapUsage['packIn']) => ({ socPct, nominalWh, sohPct });

/** On energy given, never negative: who returns more than was given has had the service even so. */
function serviceFeeLine({ usage, energy, terms }: SwapToBill): BillLine | null {
  const { microPerKwh, period } = serviceFeeAt(terms, usage.releasedAt);
  if (microPerKwh === 0 || energy.energyWh <= 0) return null;
  return priced({
    kind: 'serviceFee',
    quantity: energy.energyWh,
    unit: 'Wh',
    unitPriceMicro: microPerKwh,
    rule: period ? 'serviceFeeByPeriod' : 'serviceFee',
    basis: { releasedAt: usage.releasedAt, period },
  });
}

/** From wheels on the stops to leaving; a car whose leaving nobody saw was there at least until its release. */
function parkingLine({ usage, terms }: SwapToBill): BillLine | null {
  if (!terms.parking) return null;
  const { freeMin, microPerMin } = terms.parking;
  const until = usage.leftAt ?? usage.releasedAt;
  const startedMin = Math.max(0, Math.ceil((until - usage.inPositionAt) / 60_000));
  if (startedMin <= freeMin || microPerMin === 0) return null;
  return priced({
    kind: 'parking',
    quantity: startedMin - freeMin,
    unit: 'min',
    unitPriceMicro: microPerMin,
    rule: 'parkingStartedMinutes',
    basis: { inPositionAt: usage.inPositionAt, until, left: usage.leftAt !== null, startedMin, freeMin },
  });
}

function sohCreditLine({ usage, terms }: SwapToBill): BillLine | null {
  const soh = judgedSoh(usage);
  const { sohFloorPct, sohCreditFen } = terms;
  if (sohFloorPct === null || soh === null || soh.pct >= sohFloorPct || sohCreditFen === 0) return null;
  return priced({
    kind: 'sohCredit',
    quantity: 1,
    unit: 'swap',
    unitPriceMicro: -microOfFen(sohCreditFen),
    rule: 'sohBelowFloor',
    basis: { pack: usage.packIn.code, sohPct: soh.pct, source: soh.source, sohFloorPct },
  });
}
