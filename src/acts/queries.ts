import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { acts } from '../../schema/tables/acts.ts';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { users } from '../../schema/tables/users.ts';
import type { Act, ActKind, ActName } from '../../schema/wire/api/act.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';

const cursor = cursorCodec('acts', z.tuple([cursorInstant, z.int().min(0)]));

export interface ActFilter {
  actor?: string | undefined;
  kind?: ActKind | undefined;
  object?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The operator's people see all; others what people and keys of their own organisation did. */
const ofOwnPeople = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'admin' || role === 'operations' ? undefined : sql`${acts.party} = ${organisation}`;

/** Who did what, newest first. */
export async function listActs(
  db: Database,
  caller: Tenant,
  { actor, kind, object, from, to }: ActFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Act>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select({ act: acts, name: sql<string | null>`coalesce(${users.name}, ${apiKeys.label})` })
    .from(acts)
    .leftJoin(users, sql`${users.id} = substr(${acts.actor}, 6) and ${acts.actor} like 'user:%'`)
    .leftJoin(apiKeys, eq(apiKeys.id, acts.actor))
    .where(
      and(
        ofOwnPeople(caller),
        actor === undefined ? undefined : eq(acts.actor, actor),
        kind === undefined ? undefined : eq(acts.kind, kind),
        object === undefined ? undefined : eq(acts.object, object),
        from === undefined ? undefined : gte(acts.at, new Date(from)),
        to === undefined ? undefined : lt(acts.at, new Date(to)),
        after === null ? undefined : sql`(${acts.at}, ${acts.id}) < (${after[0]}::timestamptz, ${after[1]}::bigint)`,
      ),
    )
    .orderBy(desc(acts.at), desc(acts.id))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ act }) => cursor.encode([act.at.toISOString(), act.id]),
    ({ act: { actor: id, role, party, at, what, kind: of, ...same }, name }) => ({
      ...same,
      at: at.toISOString(),
      actor: id === null ? null : { id, name, role, organisation: party },
      what: what as ActName,
      kind: of as ActKind,
    }),
  );
}
