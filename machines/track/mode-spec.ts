import type { StateSpec, TransitionSpec } from '../runtime/spec.ts';
import type { Mode } from './memory.ts';

const modes: readonly Mode[] = ['running', 'held', 'suspended'];

const enter = (mode: Mode): StateSpec => ({
  entry: [{ type: 'setMode', params: { mode } }],
  on: Object.fromEntries(modes.filter((other) => other !== mode).map((other) => [`mode.${other}`, { target: other }])),
});

/** May things move? Told by the bay; gates and clocks of the tracks obey it. */
export const modeSpec: StateSpec = {
  initial: 'entering',
  states: {
    entering: {
      always: modes.map((mode): TransitionSpec => ({ guard: { type: 'modeIs', params: { mode } }, target: mode })),
    },
    running: enter('running'),
    held: enter('held'),
    suspended: enter('suspended'),
  },
};
