import type { PackAtSwap, SwapEnergy, SwapUsage } from '../../schema/wire/settlement/usage.ts';
import { roundHalfAway, thousandths } from './money.ts';

const counterErrorPct = 1;
const socErrorPctOfUsable = 2;

/**
 * Energy of a swap: in the pack given minus in the pack returned, rounded once to whole Wh. By the BMS counters of both packs where both have
 * one, else by state of charge x usable energy (nominal x SOH) of each. Null: neither is known, and nothing may be billed.
 */
export function swapEnergy({ packIn, packOut }: Pick<SwapUsage, 'packIn' | 'packOut'>): SwapEnergy | null {
  return byCounter(packIn, packOut) ?? bySoc(packIn, packOut);
}

function byCounter({ energyWh: given }: PackAtSwap, { energyWh: returned }: PackAtSwap): SwapEnergy | null {
  if (given === null || returned === null) return null;
  return {
    energyWh: roundHalfAway(BigInt(thousandths(given) - thousandths(returned)), 1000n),
    basis: 'bmsCounter',
    errorWh: Math.ceil(((Math.abs(given) + Math.abs(returned)) * counterErrorPct) / 100),
  };
}

function bySoc(given: PackAtSwap, returned: PackAtSwap): SwapEnergy | null {
  const held = contents(given);
  const left = contents(returned);
  if (!held || !left) return null;
  return {
    energyWh: roundHalfAway(held.exact - left.exact, exactPerWh),
    basis: 'socTimesUsable',
    errorWh: Math.ceil(((held.usableWh + left.usableWh) * socErrorPctOfUsable) / 100),
  };
}

/** Thousandths of Wh, of a percent and of a percent, multiplied. */
const exactPerWh = 1000n * 100_000n * 100_000n;

function contents({ socPct, nominalWh, sohPct }: PackAtSwap): { exact: bigint; usableWh: number } | null {
  if (socPct === null || nominalWh === null || sohPct === null) return null;
  const exact = BigInt(thousandths(nominalWh)) * BigInt(thousandths(sohPct)) * BigInt(thousandths(socPct));
  return { exact, usableWh: (nominalWh * sohPct) / 100 };
}
