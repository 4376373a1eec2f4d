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
  const packs = { ...state.packs };
  const vehicles = { ...state.vehicles };
  for (const code in packs) {
    const place = packs[code]?.place;
    if (place && place.station !== state.station && !present.has(place.key)) delete packs[code];
  }
  for (const vin in vehicles) if (!present.has(`vehicle/${vin}`)) delete vehicles[vin];
  return { ...image, state: { ...state, packs, vehicles } };
}
