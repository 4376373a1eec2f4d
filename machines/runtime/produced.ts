import type { Effect } from '../contract.ts';
import type { CycleInput } from '../cycle/context.ts';

/** What machines say to each other inside one step. Never leaves the core. */
export type Tell =
  | { kind: 'tell'; to: 'bay' | 'cycle'; event: { type: string } & Record<string, unknown> }
  | { kind: 'openCycle'; input: Omit<CycleInput, 'image'> };

/** What a named custom action may give. */
export type Produced = Effect | Tell;
