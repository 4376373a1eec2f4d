import type { StateSpec } from '../runtime/spec.ts';
import type { Mode } from './memory.ts';

const modes: readonly Mode[] = ['running', 'held', 'suspended'];

const enter = (mode: Mode): StateSpec => ({
  entry: [{ type: 'setMode', params: { mode } }],
  on: Object.fromEntries(modes.filter((other) => other !== mode).map((other) => [`mode.${other}`, { target: other }])),
});

const followed = { running: enter('running'), held: enter('held'), suspended: enter('suspended') };

/** May things move? Told by the bay; gates and clocks of the tracks obey it. A bay begins suspended. */
export const bayModeSpec: StateSpec = { initial: 'suspended', states: followed };

/** A cycle begins in whatever mode its bay is. */
export const cycleModeSpec: StateSpec = {
  initial: 'entering',
  states: {
    entering: {
      always: [
        { guard: { type: 'modeIs', params: { mode: 'running' } }, target: 'running' },
        { guard: { type: 'modeIs', params: { mode: 'held' } }, target: 'held' },
        { target: 'suspended' },
      ],
    },
    ...followed,
  },
};
