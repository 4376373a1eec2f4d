import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectRoot } from '../../src/platform/paths.ts';

/** One question to a child and its answer, over Node's own channel. */
interface Question {
  bench: number;
  ask: string;
  with: unknown;
}
type Answer = { bench: number; ok: true; value: unknown } | { bench: number; ok: false; problem: string };

export interface Child {
  name: string;
  pid: number;
  ask<T>(what: string, argument?: unknown): Promise<T>;
  /** SIGTERM, then SIGKILL after 8 s. Only this process. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  name: string;
  module: URL;
  args?: string[];
  env?: Record<string, string>;
  execArgv?: string[];
  onEnd(sentence: string): void;
}

/**
 * A module named from the caller's own, as Node can run it: compiled. A test is not compiled itself and takes what was built before the
 * tests began.
 */
export function compiled(path: string, from: string): URL {
  const url = new URL(path.replace(/\.ts$/, '.js'), from);
  if (from.endsWith('.js')) return url;
  return pathToFileURL(join(projectRoot, 'dist', relative(projectRoot, fileURLToPath(url))));
}

/** Starts a module as a process of its own. Its output is kept and shown only when it ends badly. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = fork(options.module, options.args ?? [], {
    execArgv: [...process.execArgv, ...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail = keepTail(child);
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let stopping = false;
  child.on('message', (message) => {
    const answer = message as Answer;
    const waiting = open.get(answer.bench);
    open.delete(answer.bench);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(`${options.name}: ${answer.problem}`));
  });
  child.once('exit', (code, signal) => {
    for (const waiting of open.values())
      waiting.reject(new Error(`${options.name} ended (${signal ?? code})\n${tail()}`));
    if (!stopping) options.onEnd(`${options.name} ended unexpectedly (${signal ?? code})\n${tail()}`);
  });
  await once(child, 'spawn');

  let asked = 0;
  return {
    name: options.name,
    pid: child.pid as number,
    ask<T>(what: string, argument?: unknown) {
      const bench = ++asked;
      return new Promise<T>((resolve, reject) => {
        open.set(bench, { resolve: (value) => resolve(value as T), reject });
        const question: Question = { bench, ask: what, with: argument };
        child.send(question, (error) => error && reject(new Error(`${options.name}: ${error.message}`)));
      });
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

function keepTail(child: ChildProcess): () => string {
  const lines: string[] = [];
  const keep = (chunk: Buffer) => {
    lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
    lines.splice(0, Math.max(0, lines.length - 30));
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => lines.join('\n');
}

type Handler = (argument: never) => unknown;

const handlers = new Map<string, Handler>();
/** Questions for a part of the child that is not loaded yet. */
const early: Question[] = [];

/** The child's side: answers questions with the function of that name. May be called by several modules of a child. Ends with the parent. */
export function answerParent(more: Record<string, Handler>): void {
  if (handlers.size === 0) {
    process.on('message', (message) => void answer(message as Question));
    process.on('disconnect', () => process.exit(0));
  }
  for (const [name, handler] of Object.entries(more)) handlers.set(name, handler);
  for (const question of early.splice(0)) void answer(question);
}

async function answer(question: Question): Promise<void> {
  const { bench, ask, with: argument } = question;
  const handler = handlers.get(ask);
  if (!handler) {
    early.push(question);
    return;
  }
  let reply: Answer;
  try {
    reply = { bench, ok: true, value: await handler(argument as never) };
  } catch (error) {
    reply = { bench, ok: false, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  if (process.connected) process.send?.(reply);
}
