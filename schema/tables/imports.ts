import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

export const importKinds = ['batteries', 'vehicles', 'users'] as const;
export const importModes = ['strict', 'partial'] as const;
export const importStates = ['receiving', 'checking', 'applying', 'done', 'rejected', 'failed', 'cancelled'] as const;

/** A file that was brought in, and what came of it. The statement that writes its rows also writes its result here. */
export const imports = pgTable(
  'imports',
  {
    /** `im-` and 16 random hex digits. */
    id: text().primaryKey(),
    kind: text({ enum: importKinds }).notNull(),
    mode: text({ enum: importModes }).notNull(),
    dryRun: boolean().notNull(),
    state: text({ enum: importStates }).notNull().default('receiving'),
    /** Of the whole file, hex; null until all of it has come. */
    sha256: text(),
    bytes: bigint({ mode: 'number' }).notNull().default(0),
    /** Rows of the file, without its header and blank lines. */
    rows: integer().notNull().default(0),
    /** How many of them have been checked against the database. */
    checked: integer().notNull().default(0),
    inserted: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    unchanged: integer().notNull().default(0),
    rejected: integer().notNull().default(0),
    /** Nothing of such a file enters, whatever the mode: its header is wrong, or it is no CSV. */
    unreadable: boolean().notNull().default(false),
    /** Why it failed, in one sentence. */
    failure: text(),
    /** Key or user. */
    by: text().notNull(),
    /** The fleet for whose manager it is done: only its vehicles may be in the file. */
    organisation: text(),
    createdAt: instant().notNull().defaultNow(),
    endedAt: instant(),
    /** Raised every second by the process that works on it; when it stops, another one marks the import failed. */
    aliveAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('imports_by_time').on(t.createdAt, t.id),
    index('imports_by_organisation').on(t.organisation, t.createdAt, t.id).where(sql`${t.organisation} is not null`),
    index('imports_open').on(t.aliveAt).where(sql`${t.state} in ('receiving','checking','applying')`),
    check('imports_kind', sql`${t.kind} in ('batteries','vehicles','users')`),
    check('imports_mode', sql`${t.mode} in ('strict','partial')`),
    check(
      'imports_state',
      sql`${t.state} in ('receiving','checking','applying','done','rejected','failed','cancelled')`,
    ),
  ],
);

/** What is wrong with a row, or only odd (a warning keeps no row out). */
export const importErrors = pgTable(
  'import_errors',
  {
    importId: text().notNull(),
    /** Of the file, from 1: the header is usually line 1. */
    line: integer().notNull(),
    /** Name of the column; empty: the row as a whole. */
    column: text().notNull().default(''),
    reason: text().notNull(),
    warning: boolean().notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.importId, t.line, t.column, t.reason] })],
);

/** Rows on their way in. Unlogged by the migration: what is lost in a crash is sent again. */
export const importRows = pgTable(
  'import_rows',
  {
    importId: text().notNull(),
    line: integer().notNull(),
    /** Code, VIN or e-mail address. */
    key: text().notNull(),
    data: json<Record<string, unknown>>().notNull(),
    /** An error was found: it does not enter. */
    bad: boolean().notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.importId, t.line] }), index('import_rows_by_key').on(t.importId, t.key, t.line)],
);
