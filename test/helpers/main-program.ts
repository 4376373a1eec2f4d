import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Program, startProgram } from './programs.ts';

/** A folder that goes with the test. */
export async function emptyFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pitlane-start-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The service as `npm start` runs it, on ports and in a folder of its own. */
export const startMain = async (env: Readonly<Record<string, string>>): Promise<Program> =>
  startProgram('src/main', {
    env: { DATA_DIR: await emptyFolder(), PORT: '0', EMBEDDED_MQTT_PORT: '0', LOG_LEVEL: 'warn', ...env },
  });
