import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { importErrors, importRows, imports } from '../../schema/tables/imports.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { FileImport, ImportError, ImportKind, ImportState } from '../../schema/wire/api/import.ts';
import { importId } from '../../schema/wire/api/import.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';

export type ImportRow = typeof imports.$inferSelect;
type Row = Record<string, unknown>;

const listCursor = cursorCodec('imports', z.tuple([cursorInstant, importId]));
const errorCursor = cursorCodec('import-errors', z.tuple([z.int(), z.string().max(100), z.string().max(2000)]));

/** A fleet manager sees the imports of their fleet. */
const seesImport = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'fleet' ? sql`${imports.organisation} = ${organisation}` : undefined;

export function toImport({
  unreadable: _unreadable,
  organisation: _organisation,
  aliveAt: _aliveAt,
  ...row
}: ImportRow): FileImport {
  return { ...row, createdAt: row.createdAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null };
}

export interface NewImport {
  id: string;
  kind: ImportKind;
  mode: ImportRow['mode'];
  dryRun: boolean;
  by: string;
  organisation: string | null;
}

export async function openImport(db: Database, made: NewImport): Promise<void> {
  await db.insert(imports).values(made);
}

/** All of the file has come: from here on it is worked on without its client. No row: it was cancelled. */
export const acceptStatement = (id: string, sha256: string, bytes: number): Statement<Row> =>
  statement<Row>({
    parts: {
      accepted: sql`
        update ${imports} set state = 'checking', sha256 = ${sha256}, bytes = ${bytes}, alive_at = now()
        where id = ${id} and state = 'receiving' returning *`,
    },
    result: sql`select * from accepted`,
  });

export async function readImport(db: Database, caller: Tenant, id: string): Promise<ImportRow | null> {
  const [row] = await db
    .select()
    .from(imports)
    .where(and(eq(imports.id, id), seesImport(caller)));
  return row ?? null;
}

export async function stateOf(db: Database, id: string): Promise<ImportState | null> {
  const [row] = await db.select({ state: imports.state }).from(imports).where(eq(imports.id, id));
  return row?.state ?? null;
}

export interface ImportFilter {
  kind?: ImportKind | undefined;
  state?: ImportState | undefined;
}

interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

/** Newest first, by `imports_by_time` or `imports_by_organisation`. */
export async function listImports(
  db: Database,
  caller: Tenant,
  filter: ImportFilter,
  page: PageOf,
): Promise<Page<FileImport>> {
  const before = listCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(imports)
    .where(
      and(
        seesImport(caller),
        filter.kind && eq(imports.kind, filter.kind),
        filter.state && eq(imports.state, filter.state),
        before ? sql`(${imports.createdAt}, ${imports.id}) < (${before[0]}::timestamptz, ${before[1]})` : undefined,
      ),
    )
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => listCursor.encode([row.createdAt.toISOString(), row.id]), toImport);
}

export async function listErrors(db: Database, id: string, page: PageOf): Promise<Page<ImportError>> {
  const after = errorCursor.decode(page.cursor);
  const { line, column, reason } = importErrors;
  const rows = await db
    .select({ line, column, reason, warning: importErrors.warning })
    .from(importErrors)
    .where(
      and(
        eq(importErrors.importId, id),
        after ? sql`(${line}, ${column}, ${reason}) > (${after[0]}::int, ${after[1]}, ${after[2]})` : undefined,
      ),
    )
    .orderBy(asc(line), asc(column), asc(reason))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => errorCursor.encode([row.line, row.column, row.reason]),
    ({ warning, ...row }) => ({ ...row, severity: warning ? ('warning' as const) : ('error' as const) }),
  );
}

/** Whether one bad row keeps all out, and how many there are. */
export async function countBad(db: Database, id: string): Promise<number> {
  const [row] = await db.execute<{ bad: number }>(sql`
    select count(*)::int as bad from ${importRows} where import_id = ${id} and bad`);
  return row?.bad ?? 0;
}

/** Ends it, unless it has ended. The final statement of a file that enters does this by itself. */
export async function endImport(
  db: Database,
  id: string,
  { state, failure = null }: { state: 'rejected' | 'failed'; failure?: string | null },
): Promise<void> {
  await db.execute(sql`
    update ${imports} set state = ${state}, failure = ${failure}, ended_at = now()
    where id = ${id} and state in ('receiving', 'checking', 'applying')`);
}

/** One step on; false: it is not in that state any more. */
export async function advance(
  db: Database,
  id: string,
  from: ImportState,
  to: ImportState,
  rejected: number,
): Promise<boolean> {
  const rows = await db.execute(sql`
    update ${imports} set state = ${to}, rejected = ${rejected}, alive_at = now(),
      ended_at = case when ${to}::text = 'rejected' then now() end
    where id = ${id} and state = ${from} returning id`);
  return rows.length > 0;
}

export const cancelStatement = (id: string): Statement<Row> =>
  statement<Row>({
    parts: {
      cancelled: sql`
        update ${imports} set state = 'cancelled', ended_at = now()
        where id = ${id} and state in ('receiving', 'checking') returning *`,
    },
    result: sql`select * from cancelled`,
  });

export async function keepAlive(db: Database, id: string): Promise<void> {
  await db.execute(sql`update ${imports} set alive_at = now() where id = ${id} and state in ('receiving', 'checking')`);
}

/** As if it had never come: it was the repetition of another, or was refused. */
export async function discardImport(db: Database, id: string): Promise<void> {
  await clearStaging(db, id);
  await db.delete(importErrors).where(eq(importErrors.importId, id));
  await db.delete(imports).where(and(eq(imports.id, id), eq(imports.state, 'receiving')));
}

const linesAtOnce = 5000;

/** Some at a time, so that no other statement waits for it. */
export async function clearStaging(db: Database, id: string): Promise<void> {
  for (;;) {
    const gone = await db.execute(sql`
      delete from ${importRows} where import_id = ${id} and line in (
        select line from ${importRows} where import_id = ${id} order by line limit ${linesAtOnce}) returning line`);
    if (gone.length < linesAtOnce) return;
  }
}

/**
 * Marks as failed what nobody works on any more. A row that a final statement holds is passed by: that one decides. Returns how many, and clears
 * the staging of all that has ended.
 */
export async function sweepImports(db: Database, deadAfterMs: number): Promise<number> {
  const failed = await db.execute(sql`
    update ${imports} set state = 'failed', ended_at = now(),
      failure = 'The service stopped while it was ' || case state when 'receiving' then 'being received' when 'checking' then 'being checked'
        else 'about to enter' end || ': nothing of it has entered. Send it again.'
    where id in (
      select id from ${imports} where state in ('receiving', 'checking', 'applying')
        and alive_at < now() - make_interval(secs => ${deadAfterMs / 1000}::float8)
      for update skip locked)
    returning id`);
  const left = await db.execute<{ id: string }>(sql`
    with recursive ids as (
      (select import_id as id from ${importRows} order by 1 limit 1)
      union all
      select (select r.import_id from ${importRows} r where r.import_id > ids.id order by 1 limit 1) from ids where ids.id is not null)
    select ids.id from ids left join ${imports} i on i.id = ids.id
    where ids.id is not null and (i.id is null or i.state in ('done', 'rejected', 'failed', 'cancelled'))`);
  for (const { id } of left) await clearStaging(db, id);
  return failed.length;
}

/** An import, its counts and its errors are kept for so long; told in `docs/imports.md`. */
const keptMs = 90 * 24 * 3_600_000;
const errorsAtOnce = 5000;

/**
 * Takes away imports that ended long ago, a few at a time: first their errors and whatever is left of their rows, so that none stays behind without
 * its import. Gives how many imports.
 */
export async function forgetImports(db: Database, olderThanMs = keptMs): Promise<number> {
  const old = await db.execute<{ id: string }>(sql`
    select id from ${imports} where created_at < now() - make_interval(secs => ${olderThanMs / 1000}::float8)
      and state in ('done', 'rejected', 'failed', 'cancelled')
    order by created_at, id limit 20`);
  for (const { id } of old) {
    await clearStaging(db, id);
    for (;;) {
      const gone = await db.execute(sql`
        delete from ${importErrors} where (import_id, line, "column", reason) in (
          select import_id, line, "column", reason from ${importErrors} where import_id = ${id} limit ${errorsAtOnce}) returning line`);
      if (gone.length < errorsAtOnce) break;
    }
    await db.delete(imports).where(eq(imports.id, id));
  }
  return old.length;
}

/** Stations that saw last a car of which the file changes what it takes: it may stand there now. */
export async function stationsOfCars(db: Database, id: string): Promise<string[]> {
  const list = (name: string) => sql`array(select jsonb_array_elements_text(coalesce(r.data->${name}::text, '[]')))`;
  const differs = (name: string, column: string) =>
    sql`(${list(name)} <> '{}' and ${list(name)} <> v.${sql.identifier(column)})`;
  const rows = await db.execute<{ station: string }>(sql`
    select distinct v.last_station as station from ${importRows} r join ${vehicles} v on v.vin = r.key
    where r.import_id = ${id} and not r.bad and v.last_station is not null and (${differs('models', 'models')}
      or ${differs('firmwares', 'firmwares')} or ${differs('mechanicalInterfaces', 'mechanical_interfaces')}
      or ${differs('electricalInterfaces', 'electrical_interfaces')})
    order by 1`);
  return rows.map(({ station }) => station);
}

/** Stations in whose places new packs are to stand. */
export async function stationsOf(db: Database, id: string): Promise<string[]> {
  const rows = await db.execute<{ station: string }>(sql`
    select distinct data->>'station' as station from ${importRows} r
    where import_id = ${id} and not bad and data->>'station' is not null and not exists (select from custody c where c.pack = r.key)
    order by 1`);
  return rows.map(({ station }) => station);
}
