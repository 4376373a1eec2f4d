import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/paths.ts';
import { waitFor } from './wait-for.ts';

export interface ServiceOptions {
  dataDir: string;
  /** 0: a free one. */
  port?: number;
  env?: Readonly<Record<string, string>>;
}

/** A running service with the demo in it. */
export interface DemoPlace {
  url: string;
  /** Of every person of the demo. */
  password: string;
  /** The keys of the demo by role. */
  keys: Readonly<Record<string, string>>;
}

export interface ServiceProcess extends DemoPlace {
  port: number;
  pid: number;
  output(): string;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The compiled service as `npm start` runs it, with its own database, broker and simulated stations; ready when this returns. */
export async function startService({ dataDir, port = 0, env = {} }: ServiceOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/src/main.js')], {
    cwd: projectRoot,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      EMBEDDED_MQTT_PORT: '0',
      TIME_SCALE: '20',
      LOG_LEVEL: 'warn',
      REQUESTS_PER_MINUTE: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  const [, url = ''] = await waitFor(
    'the service to be ready',
    () => {
      if (child.exitCode !== null) throw new Error(`it ended; it printed:\n${output}`);
      return /Pitlane is ready[\s\S]*?(http:\/\/127\.0\.0\.1:\d+)/.exec(output);
    },
    { withinMs: 180_000, everyMs: 100 },
  ).catch(async (error) => {
    await stop('SIGKILL');
    throw error;
  });
  const place = await demoPlace(url, dataDir);
  return { ...place, port: Number(new URL(url).port), pid: child.pid ?? 0, output: () => output, stop };
}

/** What a service that runs from this folder lets in. */
export async function demoPlace(url: string, dataDir: string): Promise<DemoPlace> {
  const read = async (name: string) => JSON.parse(await readFile(join(dataDir, name), 'utf8'));
  const { password } = (await read('people.json')) as { password: string };
  return { url, password, keys: (await read('credentials.json')) as Record<string, string> };
}
