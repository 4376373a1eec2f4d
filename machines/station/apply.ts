import type { Effect, StationState } from '../contract.ts';
import { strangePack } from '../policy/custody.ts';
import { withPack } from '../policy/places.ts';

/**
 * The station as it is after an effect. Only effects that change the image count here; the others concern rows that the core does not
 * read. What does not change is shared with the old state.
 */
export function applyEffect(state: StationState, effect: Effect): StationState {
  switch (effect.kind) {
    case 'moveBattery': {
      const facts = state.packs[effect.code] ?? strangePack(effect.code, state.station);
      const moved = { ...facts, place: effect.to, custodyVersion: facts.custodyVersion + 1 };
      return { ...state, packs: withPack(state.packs, moved) };
    }
    case 'updateBattery': {
      const facts = state.packs[effect.code];
      return facts ? { ...state, packs: withPack(state.packs, { ...facts, ...effect.patch }) } : state;
    }
    case 'updateSlot': {
      const slot = state.slots[effect.slot];
      return slot ? { ...state, slots: { ...state.slots, [effect.slot]: { ...slot, ...effect.patch } } } : state;
    }
    case 'updateVehicle': {
      const { vin, pack, firmware } = effect;
      const facts = state.vehicles[vin] ?? { vin, models: [], firmwares: [], pack };
      return { ...state, vehicles: { ...state.vehicles, [vin]: { ...facts, pack, firmware } } };
    }
    default:
      return state;
  }
}

/** Effects after which a waiting machine may find its gate open. */
export const changesFacts = (effect: Effect): boolean =>
  effect.kind === 'moveBattery' || effect.kind === 'updateBattery' || effect.kind === 'updateSlot';
