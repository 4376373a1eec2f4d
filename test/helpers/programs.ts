import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { waitFor } from './wait-for.ts';

export interface Program {
  pid: number;
  child: ChildProcess;
  /** All it has printed, both streams. */
  output(): string;
  /** The first match in what it printed; fails when it ends before, or the deadline passes. */
  saw(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface ProgramOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Keeps it beyond the running test; the caller stops it then. */
  owner?: 'test' | 'caller';
}

/** Starts one of the compiled programs, such as `src/main` or `station-sim/main`, as a process of its own. */
export async function startProgram(name: string, options: ProgramOptions = {}): Promise<Program> {
  await ensureBuilt();
  return startProcess(process.execPath, [join(projectRoot, 'dist', `${name}.js`), ...(options.args ?? [])], options);
}

/** Compiles what changed, once per run. */
export async function ensureBuilt(): Promise<void> {
  const response = await fetch(`${inject('deskOfTheRun')}/built`);
  if (!response.ok) throw new Error(await response.text());
}

export function startProcess(file: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const child = spawn(file, args, {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!hasEnded()) child.kill(signal);
    return exited;
  };
  if ((options.owner ?? 'test') === 'test') onTestFinished(() => stop('SIGKILL').then(() => {}));

  // What it waits for comes or the program ends; the limit is for a machine that does ten other things.
  const saw = async (pattern: RegExp, withinMs = 90_000) => {
    const found = await waitFor(
      `${pattern} in what ${args.join(' ')} prints`,
      () => pattern.exec(output) ?? (hasEnded() ? 'ended' : undefined),
      { withinMs },
    ).catch((error: Error) => Promise.reject(new Error(`${error.message}; it printed:\n${output}`)));
    const match = found === 'ended' ? pattern.exec(output) : found;
    if (!match) throw new Error(`it ended before ${pattern}; it printed:\n${output}`);
    return match;
  };
  return { pid: child.pid ?? 0, child, output: () => output, saw, exited, stop };
}
