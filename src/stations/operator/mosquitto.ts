import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { maxPayloadBytes } from '../../../schema/wire/topics.ts';
import { mosquittoAcl, mosquittoPasswords, serviceUser } from '../../plc/identity/acl.ts';
import { mosquittoPasswordEntry, newSecret } from '../../plc/identity/secret.ts';

const port = z.coerce.number().int().min(1).max(65_535);

export const mosquittoOptions = z
  .object({
    cert: z.string().optional(),
    key: z.string().optional(),
    port: port.optional(),
    'service-port': port.default(1884),
    'service-secret': z.string().min(16, 'must have at least 16 characters').optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    path: ['cert'],
    message: 'must come together with --key',
  });
export type MosquittoOptions = z.output<typeof mosquittoOptions>;

/** Topic, packet head and some room. */
const maxPacketBytes = maxPayloadBytes + 1_024;

/**
 * A whole mosquitto.conf, or a part for `conf.d`. Stations and the service come in by different doors: at the stations' door the client id
 * is the user name, so that no station can throw out another one, and the service has several connections under one name.
 */
export function mosquittoConfig(
  folder: string,
  { cert, key, port: given, 'service-port': servicePort }: MosquittoOptions,
): string {
  const tls = cert !== undefined && key !== undefined;
  const lines = [
    "# Made by Pitlane (npm run station -- mosquitto): made anew each time, so don't edit it.",
    'allow_anonymous false',
    `acl_file ${join(folder, 'acl')}`,
    `password_file ${join(folder, 'passwords')}`,
    '# Without it small messages wait for the acknowledgement of the ones before.',
    'set_tcp_nodelay true',
    `max_packet_size ${maxPacketBytes}`,
    'retain_available false',
    'max_inflight_messages 200',
    '',
    '# Pitlane itself.',
    `listener ${servicePort} 127.0.0.1`,
    '',
    '# Stations.',
    tls ? `listener ${given ?? 8883}` : `listener ${given ?? 1883} 127.0.0.1`,
    'use_username_as_clientid true',
    ...(tls ? [`certfile ${resolve(cert)}`, `keyfile ${resolve(key)}`, 'tls_version tlsv1.2'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export interface MosquittoFiles {
  folder: string;
  users: readonly { user: string; passwordEntry: string }[];
  options: MosquittoOptions;
}

export interface WrittenFiles {
  config: string;
  stations: number;
  /** What Pitlane logs in with; the password is null when it was made earlier and is not known any more. */
  service: { port: number; username: string; password: string | null };
}

/** Writes the three files. Each appears by a rename, so that a broker told to reload never reads half of one. */
export async function writeMosquittoFiles({ folder: given, users, options }: MosquittoFiles): Promise<WrittenFiles> {
  const folder = resolve(given);
  await mkdir(folder, { recursive: true });
  const service = await serviceEntry(join(folder, 'passwords'), options['service-secret']);
  const config = join(folder, 'mosquitto.conf');
  await replace(join(folder, 'acl'), mosquittoAcl());
  await replace(
    join(folder, 'passwords'),
    mosquittoPasswords([{ user: serviceUser, passwordEntry: service.passwordEntry }, ...users]),
  );
  await replace(config, mosquittoConfig(folder, options));
  return {
    config,
    stations: users.length,
    service: { port: options['service-port'], username: serviceUser, password: service.secret },
  };
}

/** The service's password stays what it is in the folder, so that a new station needs no restart of the service. */
async function serviceEntry(
  file: string,
  secret: string | undefined,
): Promise<{ secret: string | null; passwordEntry: string }> {
  if (secret !== undefined) return { secret, passwordEntry: mosquittoPasswordEntry(secret, randomBytes(12)) };
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const kept = lines.find((line) => line.startsWith(`${serviceUser}:`));
  return kept === undefined ? newSecret() : { secret: null, passwordEntry: kept.slice(serviceUser.length + 1) };
}

async function replace(path: string, content: string): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, content, { mode: 0o640 });
  await chmod(fresh, 0o640);
  const group = await brokerGroup();
  if (group !== null) await chown(fresh, 0, group);
  await rename(fresh, path);
}

/** A broker that root starts becomes the user mosquitto before it reads its files. Null where we are not root, or there is no such group. */
async function brokerGroup(): Promise<number | null> {
  if (process.getuid?.() !== 0) return null;
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const line = /^mosquitto:[^:]*:(\d+):/m.exec(groups);
  return line ? Number(line[1]) : null;
}
