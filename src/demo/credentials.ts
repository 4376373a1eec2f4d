import { chmod } from 'node:fs/promises';
import { count } from 'drizzle-orm';
import { z } from 'zod';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import type { Role } from '../../schema/wire/api/access.ts';
import { issueKey, restoreKey } from '../api/key-store.ts';
import { keyIdOf } from '../api/keys.ts';
import type { Database } from '../db/client.ts';
import { bindKey, demoOrganisationOf, seedOrganisations } from './parties.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** The keys that `npm start` makes. A service key is made when somebody needs one. */
export const demoRoles = ['admin', 'staff', 'fleet', 'owner', 'regulator'] as const satisfies Role[];
const keyFile = z.record(z.string(), z.string());
export type DemoKeys = Record<(typeof demoRoles)[number], string>;

/** In a database that is not ours, keys are made only while there are none: somebody must be able to begin. */
export async function ensureFirstKeys(db: Database, path: string): Promise<DemoKeys | null> {
  const [counted] = await db.select({ keys: count() }).from(apiKeys);
  return counted?.keys === 0 ? ensureKeys(db, path, {}) : null;
}

/**
 * One key for each role, kept in a private file and the same at each start. A key of the file that the database does not know (it is a new
 * one) is taken over; what is missing or malformed in the file is made anew.
 */
export async function ensureDemoKeys(db: Database, path: string): Promise<DemoKeys> {
  await seedOrganisations(db);
  return ensureKeys(db, path, demoOrganisationOf);
}

async function ensureKeys(
  db: Database,
  path: string,
  organisationOf: Partial<Record<Role, string>>,
): Promise<DemoKeys> {
  const kept = keyFile.safeParse(await readPrivateJson(path)).data ?? {};
  const keys = { ...kept } as DemoKeys;
  for (const role of demoRoles) {
    const given = kept[role];
    const organisation = organisationOf[role] ?? null;
    const restored = given !== undefined && (await restoreKey(db, given, role, `demo ${role}`, { organisation }));
    if (!restored) keys[role] = await issueKey(db, role, `demo ${role}`, { organisation });
    const id = keyIdOf(keys[role]);
    if (organisation !== null && id !== null) await bindKey(db, id, organisation);
  }
  const changed = demoRoles.some((role) => keys[role] !== kept[role]);
  if (changed) await writePrivateJson(path, keys);
  else await chmod(path, 0o600);
  return keys;
}
