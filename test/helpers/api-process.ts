import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Program, startProgram } from './programs.ts';

/** The service in the role `api`, as a process of its own that may be killed. */
export async function startApiProcess(
  { databaseUrl, dataDir }: { databaseUrl: string; dataDir: string },
  faultPoint?: string,
): Promise<{ program: Program; url: string }> {
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    PITLANE_ROLES: 'api',
    LOG_LEVEL: 'warn',
  };
  const program = await startProgram('src/main', {
    env: faultPoint === undefined ? env : { ...env, PITLANE_FAULT_POINT: faultPoint },
  });
  const [, url = ''] = await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000);
  return { program, url };
}

/** Of the admin, as the first start in the folder has written it. */
export async function adminKeyOf(dataDir: string): Promise<string> {
  return (JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as { admin: string }).admin;
}
