import type { BayState } from '../contract.ts';
import { encodeLater } from '../runtime/stored.ts';
import { bayRunner } from './machine.ts';

/** A bay that has never been stepped: revision 0, nothing armed. */
export function createBay(bay: string): BayState {
  const { snapshot } = bayRunner.initial({ bay });
  const stored = encodeLater(bayRunner, { snapshot, timers: {} });
  return { bay: { machine: 'bay', instance: 'main', revision: 0, stored }, cycle: null };
}
