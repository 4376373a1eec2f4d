import { runCoreCost } from './core-cost.ts';
import { runImportBench } from './import-bench.ts';
import { parseOptions, usage } from './options.ts';
import { createStacks, runPlan } from './plan.ts';
import { runProfile } from './profile.ts';
import { runRealTime } from './real-time.ts';
import { reportText } from './report.ts';
import { summarise, writeResults } from './results.ts';

const startedMs = Date.now();
const say = (sentence: string) =>
  console.log(`[${((Date.now() - startedMs) / 1000).toFixed(0).padStart(4)} s] ${sentence}`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.core) {
    console.log(runCoreCost());
    return;
  }
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const stacks = createStacks(options.broker, (sentence) => fail(new Error(sentence)));
  const limit = setTimeout(
    () => fail(new Error(`the run took longer than ${options.plan.limitMs / 1000} s`)),
    options.plan.limitMs,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => fail(new Error(`ended by ${signal}`)));
  try {
    if (options.realTime) {
      const ended = new AbortController();
      failure.catch(() => ended.abort());
      console.log(`\n${await runRealTime(say, ended.signal)}`);
      return;
    }
    if (options.import) {
      console.log(`\n${await Promise.race([runImportBench(stacks, say), failure])}`);
      return;
    }
    if (options.profile) {
      console.log(`\n${await Promise.race([runProfile(stacks, say), failure])}`);
      return;
    }
    const run = await Promise.race([
      runPlan(options, stacks, { say, elapsedMs: () => Date.now() - startedMs }),
      failure,
    ]);
    const latest = summarise(run);
    const paths = writeResults(run, latest);
    console.log(`\n${reportText(run, latest)}\n\nWritten: ${paths.join(', ')}`);
  } finally {
    clearTimeout(limit);
    await stacks.stopAll();
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(`The bench failed: ${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exit(1);
}
