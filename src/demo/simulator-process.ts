import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface SimulatorOptions {
  brokerUrl: string;
  stations: readonly string[];
  /** File with each station's broker login. */
  credentialsFile: string;
  /** File with the VINs of each station's taxis. */
  taxisFile: string;
  /** Where the simulated stations keep their journals and packs: they too survive a restart. */
  dataDir: string;
  /** Names the running simulator, for a start after a kill. */
  pidFile: string;
  timeScale: number;
  seed: number;
  faults: string | undefined;
  /** Its warnings, line by line. */
  onLine: (line: string) => void;
  /** It ended and nobody had asked it to. */
  onUnexpectedExit: (code: number | null) => void;
}

export interface SimulatorProcess {
  pid: number;
  stop(): Promise<void>;
}

/**
 * Runs the station simulator as a program of its own. It holds one end of a channel to us and ends with it, so that it is never left over
 * when this process is killed. It is not in our process group: a Ctrl-C reaches it through us, when the service has stopped listening.
 */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorProcess> {
  const child = launch(options);
  await writeFile(options.pidFile, String(child.pid ?? ''));
  let asked = false;
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', options.onLine);
  child.once('error', (error) => options.onLine(error.message));
  child.once('exit', (code) => {
    if (!asked) options.onUnexpectedExit(code);
  });
  return {
    pid: child.pid ?? 0,
    async stop() {
      asked = true;
      await end(child);
    },
  };
}

function launch(options: SimulatorOptions): ChildProcess {
  const { brokerUrl, stations, credentialsFile, taxisFile, dataDir, timeScale, seed, faults } = options;
  return fork(
    // Of the same build as this file.
    fileURLToPath(new URL('../../station-sim/main.js', import.meta.url)),
    [
      ...['--mqtt', brokerUrl, '--stations', stations.join(','), '--credentials', credentialsFile, '--data', dataDir],
      ...['--speed', String(timeScale), '--seed', String(seed), '--traffic', 'rhythm', '--quiet'],
      ...['--taxis', taxisFile],
      ...['--attendant', '20', '--attendant-for', 'powerLoss'],
      ...(faults === undefined ? [] : ['--faults', faults]),
    ],
    { detached: true, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
}

/**
 * Waits for the simulator of a service that was killed: it ends by itself, which takes a moment, and two must not write to one folder.
 */
export async function outliveSimulator(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!(pid > 0)) return;
  const givenUpAt = performance.now() + 5_000;
  while (await isSimulator(pid)) {
    if (performance.now() > givenUpAt) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Its number may belong to another program by now; where the kernel does not say, it is taken for gone. */
async function isSimulator(pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(join('station-sim', 'main.js'));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  // The channel alone would keep it alive.
  if (child.connected) child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), 1_800);
  await exited;
  clearTimeout(impatience);
}
