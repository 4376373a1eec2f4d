import type { Effect, StationState, SwapFacts } from '../../../machines/contract.ts';
import type { VehicleIdentity } from '../../../schema/wire/events.ts';
import type { Equipment } from './plc.ts';

export type CommandEffect = Extract<Effect, { kind: 'command' }>;

/** The swap that was opened last, as the effects since have changed it. */
export function lastSwap(effects: readonly Effect[]): SwapFacts | null {
  const opened = effects.filter((effect) => effect.kind === 'openSwap').at(-1);
  if (opened?.kind !== 'openSwap') return null;
  const { id } = opened.swap;
  const patches = effects.flatMap((effect) => (effect.kind === 'updateSwap' && effect.id === id ? [effect.patch] : []));
  return Object.assign({}, opened.swap, ...patches);
}

/** Differences between ledger and physical places, as text. A place that the ledger calls unknown is no lie. */
export function custodyErrors(state: StationState, equipment: Equipment, car: VehicleIdentity | null): string[] {
  const errors: string[] = [];
  for (const [place, code] of equipment.at) {
    const ledger = state.packs[code]?.place;
    const key = place === 'bay/1/vehicle' ? `vehicle/${car?.vin}` : `${state.station}/${place}`;
    if (ledger?.kind === 'unknown') continue;
    if (ledger?.key !== key) errors.push(`${code} is at ${key}, ledger ${ledger?.key}`);
  }
  return errors;
}
