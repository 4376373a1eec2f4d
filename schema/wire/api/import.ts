import { z } from 'zod';
import { orNull, utcInstant } from './common.ts';

export const importId = z.string().regex(/^im-[0-9a-f]{16}$/, 'must be an import id');
export const importKind = z.enum(['batteries', 'vehicles', 'users']);
export type ImportKind = z.infer<typeof importKind>;

/** strict: one bad row and nothing enters. partial: the good rows only. */
export const importMode = z.enum(['strict', 'partial']);

/** receiving, checking and applying go on; the others are final. rejected: nothing entered, because of what stood in the file. */
export const importState = z.enum(['receiving', 'checking', 'applying', 'done', 'rejected', 'failed', 'cancelled']);
export type ImportState = z.infer<typeof importState>;

export const fileImport = z
  .object({
    id: importId,
    kind: importKind,
    mode: importMode,
    /** Everything was checked, and nothing changed: the counts say what would have been. */
    dryRun: z.boolean(),
    state: importState,
    /** Of the file; null until all of it has come. */
    sha256: orNull(z.string()),
    bytes: z.int(),
    /** Rows without the header and blank lines. */
    rows: z.int(),
    /** How many of them have been checked against the database. */
    checked: z.int(),
    inserted: z.int(),
    updated: z.int(),
    /** Were as the file says; not touched. */
    unchanged: z.int(),
    /** Rows with an error. */
    rejected: z.int(),
    /** Why it failed. */
    failure: orNull(z.string()),
    by: z.string(),
    createdAt: utcInstant,
    endedAt: orNull(utcInstant),
  })
  .meta({
    id: 'Import',
    examples: [
      {
        id: 'im-5f0c2a9d1e3b4c68',
        kind: 'batteries',
        mode: 'strict',
        dryRun: false,
        state: 'done',
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        bytes: 61234,
        rows: 1200,
        checked: 1200,
        inserted: 1100,
        updated: 20,
        unchanged: 80,
        rejected: 0,
        failure: null,
        by: '0a1b2c3d4e5f',
        createdAt: '2026-05-01T08:30:00.000Z',
        endedAt: '2026-05-01T08:30:01.250Z',
      },
    ],
  });
export type FileImport = z.infer<typeof fileImport>;

export const importError = z
  .object({
    /** Of the file, from 1. */
    line: z.int(),
    /** Empty: the row as a whole. */
    column: z.string(),
    reason: z.string(),
    /** A warning keeps no row out. */
    severity: z.enum(['error', 'warning']),
  })
  .meta({
    id: 'ImportError',
    examples: [{ line: 17, column: 'owner', reason: 'is not the id of an owner', severity: 'error' }],
  });
export type ImportError = z.infer<typeof importError>;

export const finalStates: readonly ImportState[] = ['done', 'rejected', 'failed', 'cancelled'];
