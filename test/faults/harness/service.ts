import { join } from 'node:path';
import type { FaultPointName } from '../../../src/platform/fault-points.ts';
import { projectRoot } from '../../../src/platform/paths.ts';
import { type Program, startProgram } from './program.ts';
import type { Reaper } from './reaper.ts';

/** One service process: the compiled product, pointed at an external database and broker. */
export interface Service extends Program {
  apiUrl: string;
}

export interface ServiceOptions {
  name: string;
  databaseUrl: string;
  mqttUrl: string;
  folder: string;
  reaper: Reaper;
  /** Ends or freezes itself at the n-th passage of a named point. */
  faultPoint?: { name: FaultPointName; action?: 'kill' | 'pause'; passage?: number } | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Shorter than in production: a takeover should not cost a test five seconds, and where equipment runs 50 times as fast a step's deadline
 * of half a minute is 600 ms, in which a lost message must have been sent again.
 */
const quick = {
  LEASE_TTL_MS: '1500',
  LEASE_RENEW_MS: '400',
  LEASE_MARGIN_MS: '300',
  COMMAND_RESEND_MS: '200',
  REORDER_WAIT_MS: '1500',
  LINK_LOST_MS: '3000',
};

/** Starts a service without waiting until it is ready: it may be told to die before that. */
export function launchService(options: ServiceOptions): Program {
  const { name, databaseUrl, mqttUrl, folder, reaper, faultPoint, env } = options;
  const point = faultPoint && `${faultPoint.name}:${faultPoint.action ?? 'kill'}:${faultPoint.passage ?? 1}`;
  return startProgram({
    name,
    argv: [process.execPath, '--enable-source-maps', join(projectRoot, 'dist/src/main.js')],
    env: {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      MQTT_URL: mqttUrl,
      LOG_LEVEL: 'warn',
      ...quick,
      ...(point ? { PITLANE_FAULT_POINT: point } : {}),
      ...env,
    },
    reaper,
  });
}

/** Starts a service and waits until it answers. */
export async function startService(options: ServiceOptions, started: (program: Program) => void): Promise<Service> {
  const program = launchService(options);
  started(program);
  const [, apiUrl = ''] = await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { ...program, apiUrl };
}
