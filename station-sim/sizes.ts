import { defaultSize, type StationSize } from './options.ts';
import { createRandom } from './random.ts';

/**
 * Deciles of the slots of 69 real swap stations in Shenzhen, by `evaluate/station-sizes.ts` from
 * github.com/sysumagicbro-max/HB-HESS-CSS (data/CSSs_in_China_Shenzhen.xlsx, MIT).
 */
const slotDeciles = [5, 8, 9, 10, 10, 11, 12, 12, 13, 14, 17] as const;

/** A size as real ones are: slots between the deciles, power in proportion to the default station's, one bay. */
export function drawSize(seed: string, station: string): StationSize {
  const at = createRandom(`${seed}/${station}/size`).next() * (slotDeciles.length - 1);
  const lower = slotDeciles[Math.floor(at)] ?? 5;
  const upper = slotDeciles[Math.floor(at) + 1] ?? 17;
  return { ...sizeWithSlots(Math.round(lower + (upper - lower) * (at % 1))), isolationBoxes: 1 };
}

/** So many slots, all filled, with power in proportion. */
export function sizeWithSlots(slots: number): StationSize {
  const stationPowerW = Math.round((defaultSize.stationPowerW * slots) / defaultSize.slots / 1_000) * 1_000;
  return { ...defaultSize, slots, packs: slots, stationPowerW };
}
