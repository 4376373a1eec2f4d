import { codesIn, isVin } from './station/codes.ts';
import type { Image } from './station/image.ts';

/**
 * The image without cars that have left and the packs in them: what happens to them now happens elsewhere, and a taxi that comes back is
 * read anew.
 */
export function evictVisitors(image: Image): Image {
  const { state } = image;
  const present = new Set<string>();
  for (const { bay, cycle } of Object.values(state.bays)) {
    for (const instance of cycle ? [bay, cycle] : [bay]) {
      for (const code of codesIn(instance.stored.snapshot)) if (isVin(code)) present.add(`vehicle/${code}`);
    }
  }
  const packs = Object.fromEntries(
    Object.entries(state.packs).filter(([, { place }]) => place.station === state.station || present.has(place.key)),
  );
  const vehicles = Object.fromEntries(Object.entries(state.vehicles).filter(([vin]) => present.has(`vehicle/${vin}`)));
  return { ...image, state: { ...state, packs, vehicles } };
}
