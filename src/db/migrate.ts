import postgres, { type Sql } from 'postgres';
import { OperatorError } from '../platform/errors.ts';
import { type Migration, readMigrations } from './migrations-folder.ts';

/** Any constant would do; every migrating process must use the same. */
const lockKey = 7_482_501;

export interface MigrateOptions {
  databaseUrl: string;
  /** Sentences for the operator. */
  say?: (sentence: string) => void;
  /** Migrations to apply; the program's own when left out. */
  migrations?: Migration[];
}

/**
 * Brings a database to this program's schema and returns what was applied. One connection, so that the advisory lock, which belongs to a
 * session, is held by the session that migrates. Each file is one simple query and therefore one transaction, together with its record.
 */
export async function migrate({ databaseUrl, say = () => {}, migrations }: MigrateOptions): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  const sql = postgres(databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'pitlane-migrate' },
  });
  try {
    const [lock] = await sql<{ free: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as free`;
    if (!lock?.free) {
      say('Waiting for another process that is migrating the database.');
      await sql`select pg_advisory_lock(${lockKey})`;
    }
    await sql.unsafe(`create table if not exists schema_migrations (
      tag text primary key, hash text not null, applied_at timestamptz not null default now())`);
    const pending = pendingOf(wanted, await appliedIn(sql));
    for (const migration of pending) {
      say(`Applying migration ${migration.tag}.`);
      await sql.unsafe(`${migration.text};
        insert into schema_migrations (tag, hash) values ('${migration.tag}', '${migration.hash}');`);
    }
    // Rights on tables that a later migration made.
    if (pending.length > 0 && !migrations) await sql`select grant_runtime()`;
    return pending.map((migration) => migration.tag);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Throws a sentence for the operator unless the database has exactly this program's schema. Changes nothing. */
export async function requireSchema(sql: Sql, migrations?: Migration[]): Promise<void> {
  const wanted = migrations ?? (await readMigrations());
  const [table] = await sql<{ there: boolean }[]>`select to_regclass('schema_migrations') is not null as there`;
  const pending = pendingOf(wanted, table?.there ? await appliedIn(sql) : []);
  if (pending.length === 0) return;
  const missing = pending.map((migration) => migration.tag).join(', ');
  throw new OperatorError(`The database lacks ${missing}: run "npm run db:migrate" first.`);
}

type Applied = { tag: string; hash: string };

async function appliedIn(sql: Sql): Promise<Applied[]> {
  const rows = await sql<Applied[]>`select tag, hash from schema_migrations order by tag`;
  return [...rows];
}

/** What is still to be applied. Refuses a database whose history is not a beginning of the program's own. */
function pendingOf(wanted: Migration[], applied: Applied[]): Migration[] {
  const known = new Map(wanted.map((migration) => [migration.tag, migration]));
  for (const { tag, hash } of applied) {
    const migration = known.get(tag);
    if (!migration)
      throw new OperatorError(
        `The database has migration ${tag}, which this program does not know: use a newer program.`,
      );
    if (migration.hash !== hash)
      throw new OperatorError(`Migration ${tag} differs from the one this database was made with.`);
  }
  const done = new Set(applied.map(({ tag }) => tag));
  const pending = wanted.filter((migration) => !done.has(migration.tag));
  const skipped = pending.find((migration, index) => wanted[done.size + index] !== migration);
  if (skipped)
    throw new OperatorError(`Migration ${skipped.tag} is missing in the database although later ones are there.`);
  return pending;
}
