import type { Effect } from '../contract.ts';
import { choosePack, mayBeGiven } from '../policy/choose-pack.ts';
import { slotOf } from '../policy/places.ts';
import { berthLoad } from '../policy/plan-shuttle.ts';
import type { Produced } from '../runtime/produced.ts';
import { imageOf } from '../track/memory.ts';
import type { BayContext } from './context.ts';
import type { BayArgs } from './machine.ts';

/** Sets the reserved pack and its slot aside for the reservation. */
export function setAside({ context }: BayArgs): Effect[] {
  const { state } = imageOf(context);
  const { reservation } = context;
  const pack = reservation ? state.packs[reservation.pack] : undefined;
  if (!reservation || !pack) return [];
  const slot = slotOf(state, pack);
  const effects: Effect[] = [{ kind: 'updateBattery', code: pack.code, patch: { reservedBy: reservation.id } }];
  if (slot !== null) effects.push({ kind: 'updateSlot', slot, patch: { reservedBy: reservation.id } });
  return effects;
}

/** Gives everything set aside for a reservation to another holder, or frees it. */
function reassign(context: BayContext, holder: string | null, id = context.reservation?.id): Effect[] {
  const { state } = imageOf(context);
  if (id === undefined) return [];
  const effects: Effect[] = [];
  for (const code in state.packs) {
    if (state.packs[code]?.reservedBy === id)
      effects.push({ kind: 'updateBattery', code, patch: { reservedBy: holder } });
  }
  for (const key in state.slots) {
    const slot = state.slots[key];
    if (slot?.reservedBy === id) effects.push({ kind: 'updateSlot', slot: slot.slot, patch: { reservedBy: holder } });
  }
  return effects;
}

export const freeReservation = ({ context }: BayArgs): Produced[] => [
  ...reassign(context, null),
  { kind: 'tell', to: 'bay', event: { type: 'reservationOver' } },
];

/** The pack that keeps the promise when a walk-in takes the fetched one; null: the walk-in does not take it. */
function substitute(context: BayContext): string | null {
  const { state } = imageOf(context);
  const { reservation, vehicle } = context;
  if (!reservation || !vehicle) return null;
  const fetched = berthLoad(state, context.bay).find((pack) => pack?.code === reservation.pack);
  const walkIn = { vehicle: state.vehicles[vehicle.identity.vin], holder: reservation.id, exclude: [] };
  if (!fetched || !mayBeGiven(fetched, state, walkIn)) return null;
  const promised = { vehicle: state.vehicles[reservation.vin], holder: reservation.id, exclude: [fetched.code] };
  return choosePack(state, promised);
}

const isExpected = ({ reservation, vehicle }: BayContext) => reservation?.vin === vehicle?.identity.vin;

/** A promise to the car in position that is not the one this bay awaits: it came early, or to another bay. */
function otherPromise(context: BayContext): string | null {
  const { reservation, vehicle } = context;
  if (!vehicle || (reservation && isExpected(context))) return null;
  return imageOf(context).state.vehicles[vehicle.identity.vin]?.promise ?? null;
}

/** The slots that promised packs leave are for the old one, as when the reservation is due. */
function slotsLeft(context: BayContext, promise: string): Effect[] {
  const { state } = imageOf(context);
  const effects: Effect[] = [];
  for (const code in state.packs) {
    const pack = state.packs[code];
    const slot = pack?.reservedBy === promise ? slotOf(state, pack) : null;
    if (slot !== null && state.slots[slot]?.reservedBy === null)
      effects.push({ kind: 'updateSlot', slot, patch: { reservedBy: context.lastSwap } });
  }
  return effects;
}

/** At the opening of a swap: the expected car takes what was set aside for it; a walk-in may take a pack that lies ready. */
export function handOverEffects({ context }: BayArgs): Effect[] {
  const { reservation, lastSwap } = context;
  const promise = otherPromise(context);
  if (promise !== null) return [...slotsLeft(context, promise), ...reassign(context, lastSwap, promise)];
  if (!reservation) return [];
  if (isExpected(context)) return reassign(context, lastSwap);
  const other = substitute(context);
  if (other === null) return [];
  const { state } = imageOf(context);
  const pack = state.packs[other];
  const slot = pack ? slotOf(state, pack) : null;
  const moved: Effect[] = [
    ...reassign(context, lastSwap),
    { kind: 'updateBattery', code: other, patch: { reservedBy: reservation.id } },
  ];
  if (slot !== null) moved.push({ kind: 'updateSlot', slot, patch: { reservedBy: reservation.id } });
  return moved;
}

export function handOver({ context }: BayArgs): Partial<BayContext> {
  const { reservation } = context;
  if (!reservation || otherPromise(context) !== null) return {};
  if (isExpected(context)) return { reservation: null };
  const other = substitute(context);
  return other === null ? {} : { reservation: { ...reservation, pack: other } };
}
