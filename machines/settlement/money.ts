import type { BillLine } from '../../schema/wire/settlement/bill.ts';

/**
 * The rounding of all money: half away from zero (四舍五入), of an exact fraction. Refuses what a number cannot hold exactly.
 */
export function roundHalfAway(numerator: bigint, denominator: bigint): number {
  const isNegative = numerator < 0n;
  const size = isNegative ? -numerator : numerator;
  const rounded = (2n * size + denominator) / (2n * denominator);
  const result = Number(isNegative ? -rounded : rounded);
  if (!Number.isSafeInteger(result)) throw new RangeError(`${rounded} is beyond what is counted exactly`);
  return result === 0 ? 0 : result;
}

/** A quantity in thousandths of its unit, the least that is billed: a metre, a Wh of a kWh. */
export function thousandths(quantity: number): number {
  const whole = Math.sign(quantity) * Math.round(Math.abs(quantity) * 1000);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${quantity} is no quantity that can be billed`);
  return whole === 0 ? 0 : whole;
}

/**
 * What a quantity costs: quantity x unit price, rounded once. Energy in Wh is priced by the kWh; anything else by its own unit.
 * Quantities count to the thousandth, Wh are whole.
 */
export function amountFen(quantity: number, unit: BillLine['unit'], unitPriceMicro: number): number {
  if (!Number.isSafeInteger(unitPriceMicro)) throw new RangeError(`${unitPriceMicro} is no price`);
  if (unit === 'Wh' && !Number.isSafeInteger(quantity)) throw new RangeError(`${quantity} is not a whole number of Wh`);
  const counted = unit === 'Wh' ? quantity : thousandths(quantity);
  return roundHalfAway(BigInt(counted) * BigInt(unitPriceMicro), 10_000_000n);
}

/** A line whose amount is its quantity x its unit price. */
export function priced(line: Omit<BillLine, 'amountFen'>): BillLine {
  return { ...line, amountFen: amountFen(line.quantity, line.unit, line.unitPriceMicro) };
}

export function totalFen(lines: readonly BillLine[]): number {
  const total = lines.reduce((sum, line) => sum + line.amountFen, 0);
  if (!Number.isSafeInteger(total)) throw new RangeError(`${total} fen are beyond what is counted exactly`);
  return total;
}

/** A price in whole fen as millionths of a yuan. */
export const microOfFen = (fen: number): number => fen * 10_000;
