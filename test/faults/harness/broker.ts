import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../../src/platform/paths.ts';
import { freePort, listening } from './ports.ts';
import { type Program, startProgram } from './program.ts';
import type { Reaper } from './reaper.ts';

export type BrokerKind = 'aedes' | 'mosquitto';

/** A broker in its own process. It keeps its port over every crash. */
export interface BrokerProcess {
  kind: BrokerKind;
  url: string;
  /** `kill -9`, and everything it stored is wiped. */
  crashAndWipe(): Promise<void>;
  /** Starts it again, empty. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

const mosquittoPaths = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const mosquitto = mosquittoPaths.find((path) => existsSync(path));
export const mosquittoInstalled = mosquitto !== undefined;

export async function startBroker(options: {
  kind: BrokerKind;
  folder: string;
  reaper: Reaper;
}): Promise<BrokerProcess> {
  const { kind, folder, reaper } = options;
  const port = await freePort();
  const launch = kind === 'aedes' ? launchAedes : launchMosquitto;
  let program = await launch(port, folder, reaper);
  return {
    kind,
    url: `mqtt://127.0.0.1:${port}`,
    async crashAndWipe() {
      await program.kill();
      await rm(join(folder, 'mosquitto'), { recursive: true, force: true });
    },
    async restart() {
      program = await launch(port, folder, reaper);
    },
    async end() {
      await program.kill();
    },
  };
}

async function launchAedes(port: number, _folder: string, reaper: Reaper): Promise<Program> {
  const main = join(projectRoot, 'test/faults/harness/broker-main.mjs');
  const program = startProgram({ name: 'broker', argv: [process.execPath, main, String(port)], reaper });
  await program.saw(/listening on/);
  return program;
}

/** With persistence on, so that wiping means something. */
async function launchMosquitto(port: number, folder: string, reaper: Reaper): Promise<Program> {
  const store = join(folder, 'mosquitto');
  await mkdir(store, { recursive: true });
  const config = join(folder, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'set_tcp_nodelay true',
      'persistence true',
      `persistence_location ${store}/`,
      'autosave_interval 1',
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      '',
    ].join('\n'),
  );
  const program = startProgram({ name: 'mosquitto', argv: [mosquitto ?? 'mosquitto', '-c', config], reaper });
  await listening(port, () => program.running());
  return program;
}
