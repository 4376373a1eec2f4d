import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { users } from '../../schema/tables/users.ts';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Database } from '../db/client.ts';
import { createPasswords } from '../parties/passwords.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export const demoOrganisations = [
  { id: 'pitlane-beijing', kind: 'operator', name: '车道换电', nameEn: 'Pitlane Beijing' },
  { id: 'blue-taxi', kind: 'fleet', name: '蓝天出租', nameEn: 'Blue Taxi' },
  { id: 'jade-taxi', kind: 'fleet', name: '翡翠出租', nameEn: 'Jade Taxi' },
  { id: 'pack-bank', kind: 'owner', name: '电池银行', nameEn: 'Pack Bank' },
  { id: 'beijing-transport', kind: 'regulator', name: '交通监管', nameEn: 'Transport Authority' },
] as const;

/** Whose the keys and people of a role are. */
export const demoOrganisationOf: Partial<Record<Role, (typeof demoOrganisations)[number]['id']>> = {
  fleet: 'blue-taxi',
  owner: 'pack-bank',
};

const peopleRoles = ['admin', 'operations', 'staff', 'maintenance', 'fleet', 'owner', 'regulator'] as const;
const emailOf = (role: Role): string => `${role}@demo.example`;
const madeBy = 'npm start';
const passwordFile = z.object({ password: z.string().min(12), people: z.array(z.string()) });

export interface DemoPeople {
  password: string;
  people: readonly string[];
}

/** Organisations of each kind. Those that are there are left as they are. */
export async function seedOrganisations(db: Database): Promise<void> {
  await db
    .insert(organisations)
    .values([...demoOrganisations])
    .onConflictDoNothing();
}

/** The keys of an older folder belong to nobody yet. */
export async function bindKey(db: Database, id: string, organisation: string): Promise<void> {
  await db
    .update(apiKeys)
    .set({ organisation })
    .where(sql`${eq(apiKeys.id, id)} and ${apiKeys.organisation} is null`);
}

/**
 * A user of each role. They share one random password, which stands in a private file; when the file is lost they get another, as long as nobody
 * has made them over.
 */
export async function seedPeople(db: Database, path: string, stations: readonly string[]): Promise<DemoPeople> {
  const kept = passwordFile.safeParse(await readPrivateJson(path)).data;
  const known = await db.select({ email: users.email }).from(users).where(eq(users.createdBy, madeBy));
  const password = kept?.password ?? `taxi-${randomBytes(6).toString('hex')}`;
  const people = peopleRoles.map(emailOf);
  const missing = peopleRoles.filter((role) => !kept || !known.some(({ email }) => email === emailOf(role)));
  if (missing.length > 0) {
    const passwordHash = await createPasswords().hash(password);
    await db
      .insert(users)
      .values(missing.map((role) => ({ ...personOf(role, stations), passwordHash, passwordSetAt: new Date() })))
      .onConflictDoUpdate({
        target: users.email,
        set: { passwordHash, passwordSetAt: new Date() },
        setWhere: eq(users.createdBy, madeBy),
      });
  }
  if (!kept) await writePrivateJson(path, { password, people });
  return { password, people };
}

const personOf = (role: (typeof peopleRoles)[number], stations: readonly string[]) => ({
  id: `u${randomBytes(6).toString('hex')}`,
  email: emailOf(role),
  name: `Demo ${role}`,
  role,
  organisation: demoOrganisationOf[role] ?? null,
  stations: role === 'staff' || role === 'maintenance' ? [...stations] : [],
  language: 'en' as const,
  createdBy: madeBy,
});
