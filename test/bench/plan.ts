import { cityLoad, cityStations, cityStepScale } from './city-load.ts';
import { type Measurement, measure } from './measure.ts';
import type { BenchOptions, Phase } from './options.ts';
import type { BenchRun, ScaleSize } from './results.ts';
import { type Stack, type StackOptions, startStack, type Variant, variants } from './stack.ts';
import { measureTelemetry } from './telemetry-cost.ts';

const slotsPerStation = 60;
/** Few cars per station: each comes again and brings the pack it was given. */
const carsPerStation = 3;
const drainMs = 15_000;
/** As long as the longest track at the city's step times. */
const cityWarmUpMs = 2_500;

/** Starts stacks and ends all of them, whatever happens. */
export interface Stacks {
  start(variant: Variant, prefix: string, stations: number, statements?: boolean): Promise<Stack>;
  stop(stack: Stack): Promise<void>;
  stopAll(): Promise<void>;
}

export function createStacks(broker: StackOptions['broker'], onFailure: (sentence: string) => void): Stacks {
  const running = new Set<Stack>();
  const stop = async (stack: Stack) => {
    running.delete(stack);
    await stack.stop();
  };
  return {
    async start(variant, prefix, stations, statements = false) {
      const world = { prefix, stations, slotsPerStation, carsPerStation };
      const stack = await startStack({ variant, world, broker, statements, onFailure });
      running.add(stack);
      return stack;
    },
    stop,
    async stopAll() {
      await Promise.all([...running].map(stop));
    },
  };
}

/** Says what is going on, and how long the run has taken. */
export interface Watch {
  say(sentence: string): void;
  elapsedMs(): number;
}

export async function runPlan(options: BenchOptions, stacks: Stacks, watch: Watch): Promise<BenchRun> {
  const { quick, broker, plan } = options;
  const city = cityLoad();
  const run: BenchRun = {
    startedAt: new Date().toISOString(),
    quick,
    broker,
    cityDerivation: city.derivation,
    city: { floor: [], naive: [], pitlane: [] },
    saturation: { floor: [], naive: [], pitlane: [] },
    scale: { '31': [], '310': [], '3100': [] },
    telemetry: null,
  };
  const all: Partial<Record<Variant, Stack>> = {};
  for (const variant of variants) {
    watch.say(`Starting ${variant} with ${cityStations} stations ...`);
    all[variant] = await stacks.start(variant, variant.charAt(0), cityStations);
    await warmUp(all[variant]);
  }
  const stackOf = (variant: Variant): Stack => all[variant] as Stack;

  await interleave({ name: 'city load', phase: plan.city, keys: variants, into: run.city, watch }, (variant, round) =>
    measureCity(stackOf(variant), city.swapsPerS, round, plan.city.windowMs),
  );
  await interleave(
    { name: 'saturation', phase: plan.saturation, keys: variants, into: run.saturation, watch },
    (variant) => measureSaturation(stackOf(variant), plan.saturation.windowMs),
  );
  await Promise.all([stacks.stop(stackOf('floor')), stacks.stop(stackOf('naive'))]);
  if (watch.elapsedMs() <= plan.telemetry.lastBeginMs) {
    watch.say('Telemetry and heartbeats ...');
    run.telemetry = await measureTelemetry(stackOf('pitlane'), plan.telemetry.windowMs);
  }
  await runScale(plan.scale, stacks, stackOf('pitlane'), run, watch);
  return run;
}

/** Service with 31, 310 and 3,100 stations under the city's total rate. */
async function runScale(phase: Phase, stacks: Stacks, middle: Stack, run: BenchRun, watch: Watch): Promise<void> {
  const sized: Partial<Record<ScaleSize, Stack>> = { '310': middle };
  for (const size of ['31', '3100'] as const) {
    watch.say(`Starting pitlane with ${size} stations ...`);
    sized[size] = await stacks.start('pitlane', `s${size.length}`, Number(size));
    await warmUp(sized[size]);
  }
  const { swapsPerS } = cityLoad();
  await interleave({ name: 'scale', phase, keys: ['31', '310', '3100'], into: run.scale, watch }, (size, round) =>
    measureCity(sized[size] as Stack, swapsPerS, round, phase.windowMs),
  );
}

interface Rounds<K extends string> {
  name: string;
  phase: Phase;
  keys: readonly K[];
  into: Record<K, Measurement[]>;
  watch: Watch;
}

/** Round by round, each key once, in an order that turns. */
async function interleave<K extends string>(
  { name, phase, keys, into, watch }: Rounds<K>,
  measureOne: (key: K, round: number) => Promise<Measurement>,
): Promise<void> {
  for (let round = 1; round <= phase.rounds; round++) {
    if (round > phase.leastRounds && watch.elapsedMs() > phase.lastBeginMs) return;
    watch.say(`${name}, round ${round} of ${phase.rounds} ...`);
    for (let turn = 0; turn < keys.length; turn++) {
      const key = keys[(turn + round) % keys.length] as K;
      into[key].push(await measureOne(key, round));
    }
  }
}

/** A service runs for weeks: what is compiled on first use must be behind it before anything is measured. */
export async function warmUp(stack: Stack): Promise<void> {
  const load = { kind: 'closed', stations: Math.min(60, stack.world.stations), stepScale: 0 } as const;
  await measure(stack, load, { warmUpMs: 0, windowMs: 2_500, drainMs: 30_000, trace: false });
}

export async function measureCity(stack: Stack, swapsPerS: number, round: number, windowMs: number) {
  await stack.generator.beatOnce();
  const load = { kind: 'open', swapsPerS, seed: round, stepScale: cityStepScale } as const;
  return measure(stack, load, { warmUpMs: cityWarmUpMs, windowMs, drainMs, trace: true });
}

export async function measureSaturation(stack: Stack, windowMs: number) {
  await stack.generator.beatOnce();
  const load = { kind: 'closed', stations: stack.world.stations, stepScale: 0 } as const;
  return measure(stack, load, { warmUpMs: 1_200, windowMs, drainMs, trace: false });
}
