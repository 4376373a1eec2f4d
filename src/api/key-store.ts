import { eq, sql } from 'drizzle-orm';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import type { Role } from '../../schema/wire/api/access.ts';
import { actLine, withAct } from '../acts/note.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import { hashKey, keyIdOf, newKey, type StoredKey } from './keys.ts';

export async function findKey(db: Database, id: string): Promise<StoredKey | null> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row ?? null;
}

export async function markKeyUsed(db: Database, id: string): Promise<void> {
  await db.update(apiKeys).set({ lastUsedAt: sql`now()` }).where(eq(apiKeys.id, id));
}

/** What of the operation a key is for. Nothing given: all that its role may; for fleet and owner nothing at all. */
export interface KeyBinding {
  stations?: string[];
  organisation?: string | null;
}

/** Makes a key and stores its hash. The key itself is returned once and kept nowhere. */
export async function issueKey(
  db: Database,
  role: Role,
  label: string,
  { by, ...bound }: KeyBinding & { by?: string } = {},
): Promise<string> {
  const { key, id, hash } = newKey();
  await storeKey(db, { id, hash, role, label, ...bound }, by);
  return key;
}

/** Stores a key that is already known (kept by its owner over a new database). False: it is not of the right form. */
export async function restoreKey(
  db: Database,
  key: string,
  role: Role,
  label: string,
  bound: KeyBinding = {},
): Promise<boolean> {
  const id = keyIdOf(key);
  if (id === null) return false;
  await storeKey(db, { id, hash: hashKey(key), role, label, ...bound });
  return true;
}

async function storeKey(
  db: Database,
  {
    id,
    hash,
    role,
    label,
    stations,
    organisation,
  }: { id: string; hash: string; role: Role; label: string } & KeyBinding,
  by?: string,
): Promise<void> {
  const made = db
    .insert(apiKeys)
    .values({ id, hash, prefix: `pl_${id}`, label, role, stations, organisation })
    .onConflictDoNothing({ target: apiKeys.id })
    .returning({ id: apiKeys.id });
  const change = statement<{ id: string }>({ parts: { made }, result: sql`select id from made` });
  const line = actLine({ actor: by ?? 'setup', what: 'keyMade', kind: 'key', object: id });
  await runStatement(db, withAct(change, { line }));
}
