import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../../helpers/programs.ts';
import type { Reaper } from './reaper.ts';

/** A process that a test may kill and freeze, always by its id. */
export interface Program {
  name: string;
  pid: number;
  running(): boolean;
  /** Its exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** `kill -9`, sent before this returns; settles when the process is gone. */
  kill(): Promise<unknown>;
  /** SIGTERM, and SIGKILL when it is still there after the patience. */
  stop(patienceMs?: number): Promise<unknown>;
  freeze(): void;
  thaw(): void;
  /** The first match in its output; fails when it ends before, or the deadline passes. */
  saw(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  output(): string;
}

export interface ProgramOptions {
  name: string;
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  reaper: Reaper;
}

export function startProgram({ name, argv, env = {}, reaper }: ProgramOptions): Program {
  const [file = '', ...args] = argv;
  const started = startProcess(file, args, { env, owner: 'caller' });
  const { pid, child, exited } = started;
  if (pid === 0) throw new Error(`${name} could not be started: ${argv.join(' ')}`);
  reaper.watch(pid);
  void exited.then(() => reaper.forget(pid));
  const running = () => child.exitCode === null && child.signalCode === null;
  const send = (signal: NodeJS.Signals) => running() && child.kill(signal);
  return {
    name,
    pid,
    running,
    exited,
    output: started.output,
    saw: started.saw,
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
    kill() {
      send('SIGKILL');
      return exited;
    },
    async stop(patienceMs = 5000) {
      send('SIGCONT');
      send('SIGTERM');
      const ended = await Promise.race([exited, sleep(patienceMs, null, { ref: false })]);
      if (ended !== null) return ended;
      send('SIGKILL');
      return exited;
    },
  };
}
