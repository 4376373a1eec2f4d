import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import type { Role } from '../../schema/wire/api/access.ts';
import { type ApiKeyView, type KeyChange, keyId, type NewApiKey } from '../../schema/wire/api/key.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import type { NewKey } from '../api/keys.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';

type Row = Record<string, unknown>;

/** Who asks: admins see all keys, the others those of their organisation and role. */
export interface Keeper {
  role: Role;
  organisation: string | null;
}

const seen = ({ role, organisation }: Keeper): SQL | undefined =>
  role === 'admin' ? undefined : sql`(${apiKeys.organisation} = ${organisation} and ${apiKeys.role} = ${role})`;

export interface KeyFilter {
  role?: Role | undefined;
  organisation?: string | undefined;
  revoked?: boolean | undefined;
}

const listCursor = cursorCodec('keys', keyId);

/** By id. Walks the key, or `api_keys_by_organisation`. */
export async function listKeys(
  db: Database,
  keeper: Keeper,
  { role, organisation, revoked }: KeyFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<ApiKeyView>> {
  const after = listCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(apiKeys)
    .where(
      and(
        seen(keeper),
        role === undefined ? undefined : eq(apiKeys.role, role),
        organisation === undefined ? undefined : eq(apiKeys.organisation, organisation),
        revoked === undefined ? undefined : revoked ? isNotNull(apiKeys.revokedAt) : isNull(apiKeys.revokedAt),
        after === null ? undefined : gt(apiKeys.id, after),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => listCursor.encode(row.id), toKey);
}

export async function readKey(db: Database, keeper: Keeper, id: string): Promise<ApiKeyView | null> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), seen(keeper)));
  return row ? toKey(row) : null;
}

export const createKey = (
  { id, hash }: NewKey,
  { label, role, organisation, stations, scopes, expiresAt }: NewApiKey,
  by: string,
): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        insert into ${apiKeys} (id, hash, prefix, label, role, organisation, stations, scopes, expires_at, created_by)
        select ${id}, ${hash}, ${`pl_${id}`}, ${label}, ${role}, ${organisation}::text, ${sql.param([...stations])}::text[],
          ${scopes === null ? sql`null` : sql.param([...scopes])}::text[], ${expiresAt}::timestamptz, ${by}
        returning *`,
    },
    result: sql`select * from made`,
  });

/** No row: there is no such key that works, or its edition is another. */
export function changeKey(
  db: Database,
  keeper: Keeper,
  id: string,
  { label, scopes, expiresAt }: KeyChange,
  expected: readonly number[] | null,
): Statement<Row> {
  const changed = db
    .update(apiKeys)
    .set({
      label,
      scopes,
      expiresAt: expiresAt === undefined ? undefined : expiresAt === null ? null : new Date(expiresAt),
      edition: sql`${apiKeys.edition} + 1`,
    })
    .where(and(eq(apiKeys.id, id), seen(keeper), isNull(apiKeys.revokedAt), editionIs(apiKeys.edition, expected)))
    .returning();
  return statement<Row>({ parts: { changed }, result: sql`select * from changed` });
}

/** No row: there is no such key. One that was revoked before keeps its time. */
export function revokeKey(db: Database, keeper: Keeper, id: string, at: Date): Statement<Row> {
  const revoked = db
    .update(apiKeys)
    .set({
      revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${at.toISOString()}::timestamptz)`,
      edition: sql`${apiKeys.edition} + 1`,
    })
    .where(and(eq(apiKeys.id, id), seen(keeper)))
    .returning({ id: apiKeys.id });
  return statement<Row>({ parts: { revoked }, result: sql`select * from revoked` });
}

export function toKey(row: typeof apiKeys.$inferSelect): ApiKeyView {
  const { hash: _hash, createdAt, expiresAt, revokedAt, lastUsedAt, ...same } = row;
  return {
    ...same,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
