import { parseArgs } from 'node:util';

export interface BenchOptions {
  quick: boolean;
  profile: boolean;
  realTime: boolean;
  core: boolean;
  import: boolean;
  broker: 'aedes' | 'mosquitto';
  plan: Plan;
}

/** How often, how long, and when since the start no further round is begun: a slow machine gets fewer rounds, not a longer run. */
export interface Phase {
  rounds: number;
  leastRounds: number;
  windowMs: number;
  lastBeginMs: number;
}

export interface Plan {
  city: Phase;
  saturation: Phase;
  scale: Phase;
  telemetry: { windowMs: number; lastBeginMs: number };
  /** The whole run fails when it takes longer. */
  limitMs: number;
}

const s = 1_000;
const min = 60 * s;

const quickPlan: Plan = {
  city: { rounds: 5, leastRounds: 3, windowMs: 4 * s, lastBeginMs: 140 * s },
  saturation: { rounds: 3, leastRounds: 1, windowMs: 2.5 * s, lastBeginMs: 175 * s },
  telemetry: { windowMs: 4 * s, lastBeginMs: 190 * s },
  scale: { rounds: 3, leastRounds: 1, windowMs: 5 * s, lastBeginMs: 235 * s },
  limitMs: 285 * s,
};

const fullPlan: Plan = {
  city: { rounds: 9, leastRounds: 5, windowMs: 20 * s, lastBeginMs: 20 * min },
  saturation: { rounds: 7, leastRounds: 3, windowMs: 8 * s, lastBeginMs: 26 * min },
  telemetry: { windowMs: 30 * s, lastBeginMs: 28 * min },
  scale: { rounds: 7, leastRounds: 3, windowMs: 15 * s, lastBeginMs: 36 * min },
  limitMs: 45 * min,
};

export const usage = `npm run bench [-- options]
  --quick                  about 4 minutes instead of about 20
  --profile                where the time of a swap goes, by stage; writes no results
  --real-time              swap time at speed 1 with the simulated station; writes no results
  --core                   CPU of the core alone, in this process; writes no results
  --import                 swaps while 100,000 packs come in from a file, beside swaps alone; writes no results
  --broker mosquitto       Mosquitto instead of the embedded broker (must be installed)`;

export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      'real-time': { type: 'boolean', default: false },
      core: { type: 'boolean', default: false },
      import: { type: 'boolean', default: false },
      broker: { type: 'string', default: 'aedes' },
    },
  });
  const { quick, profile, core, broker } = values;
  if (broker !== 'aedes' && broker !== 'mosquitto') throw new Error(`--broker must be aedes or mosquitto`);
  return {
    quick,
    profile,
    realTime: values['real-time'],
    core,
    import: values.import,
    broker,
    plan: quick ? quickPlan : fullPlan,
  };
}
