import { parseArgs } from 'node:util';

export interface BenchOptions {
  quick: boolean;
  profile: boolean;
  realTime: boolean;
  broker: 'aedes' | 'mosquitto';
  plan: Plan;
}

/** How long and how often. */
export interface Plan {
  cityRounds: number;
  cityWindowMs: number;
  saturationRounds: number;
  saturationWindowMs: number;
  scaleRounds: number;
  scaleWindowMs: number;
  telemetryWindowMs: number;
  /** The whole run is ended when it takes longer. */
  limitMs: number;
}

const quickPlan: Plan = {
  cityRounds: 5,
  cityWindowMs: 5_000,
  saturationRounds: 3,
  saturationWindowMs: 3_000,
  scaleRounds: 2,
  scaleWindowMs: 6_000,
  telemetryWindowMs: 5_000,
  limitMs: 295_000,
};

const fullPlan: Plan = {
  cityRounds: 9,
  cityWindowMs: 20_000,
  saturationRounds: 7,
  saturationWindowMs: 8_000,
  scaleRounds: 7,
  scaleWindowMs: 15_000,
  telemetryWindowMs: 30_000,
  limitMs: 45 * 60_000,
};

export const usage = `npm run bench [-- options]
  --quick                  about 4 minutes instead of about 20
  --profile                where the time of a swap goes, by stage; writes no results
  --real-time              swap time at speed 1 with the simulated station; writes no results
  --broker mosquitto       Mosquitto instead of the embedded broker (must be installed)`;

export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      'real-time': { type: 'boolean', default: false },
      broker: { type: 'string', default: 'aedes' },
    },
  });
  const { quick, profile, broker } = values;
  if (broker !== 'aedes' && broker !== 'mosquitto') throw new Error(`--broker must be aedes or mosquitto`);
  return { quick, profile, realTime: values['real-time'], broker, plan: quick ? quickPlan : fullPlan };
}
