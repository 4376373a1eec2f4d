import type { SwapFacts } from '../contract.ts';
import { packAt, vehicleKey } from '../policy/places.ts';
import type { Produced } from '../runtime/produced.ts';
import { imageOf } from '../track/memory.ts';
import type { BayArgs } from './machine.ts';

/** Opens the swap and its cycle for the car in position. */
export function openSwap({ context }: BayArgs): Produced[] {
  const { vehicle, lastSwap, bay, mode, sensors } = context;
  if (!vehicle || !lastSwap) return [];
  const { identity, inPosition } = vehicle;
  const outgoing = packAt(imageOf(context).state, vehicleKey(identity.vin))?.code ?? null;
  const swap: SwapFacts = {
    id: lastSwap,
    bay,
    vin: identity.vin,
    state: 'requested',
    reason: null,
    odometerKm: identity.odometerKm,
    packOut: outgoing,
    packIn: null,
    packOutSocPct: identity.socPct,
    packInSocPct: null,
    packOutEnergyWh: null,
    packInEnergyWh: null,
    packInSohPct: null,
    packInSohSource: null,
    enteredAt: context.enteredAt,
    inPositionAt: inPosition.at,
    releasedAt: null,
    leftAt: null,
    endedAt: null,
    swapTimeMs: null,
  };
  return [
    { kind: 'openSwap', swap },
    { kind: 'openCycle', input: { bay, swap: lastSwap, mode, sensors, vehicle: identity, inPosition, outgoing } },
  ];
}

export function recordLeft({ context }: BayArgs): Produced[] {
  if (context.lastSwap === null) return [];
  return [{ kind: 'updateSwap', id: context.lastSwap, patch: { leftAt: imageOf(context).at } }];
}

const heldKey = (bay: string) => `bay/${bay}/held`;

export function warnHeld({ context, event }: BayArgs): Produced[] {
  const { bay } = context;
  const detail = event.type === 'hold' ? `${event.reason} (${event.by})` : '';
  return [{ kind: 'raiseAlarm', key: heldKey(bay), level: 1, code: 'bayHeld', bay, place: null, pack: null, detail }];
}

export const clearHeld = ({ context }: BayArgs): Produced[] => [{ kind: 'clearAlarm', key: heldKey(context.bay) }];
