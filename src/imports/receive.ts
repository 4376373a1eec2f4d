import { sql } from 'drizzle-orm';
import { importErrors, importRows, imports } from '../../schema/tables/imports.ts';
import type { ImportKind } from '../../schema/wire/api/import.ts';
import type { Database } from '../db/client.ts';
import type { ImportAuthor, ReadRow, RowFormat, RowProblem } from './kinds/format.ts';
import { formats } from './kinds/formats.ts';
import { type CsvRecord, CsvStructureError, type Meter, readCsv } from './read-csv.ts';

export const batchRows = 500;
export const maxRows = 1_000_000;

/** One row on its way into staging. */
interface StagedRow extends ReadRow {
  line: number;
}

export interface Receiving {
  db: Database;
  id: string;
  kind: ImportKind;
  author: ImportAuthor;
  meter: Meter;
  /** After each batch. */
  onBatch(): void;
}

/** Somebody cancelled it, or it was given up. */
export class NotReceivingError extends Error {
  override readonly name = 'NotReceivingError';
}

/**
 * Streams a file into staging, some rows at a time, each judged by itself. A file that is no CSV, or has another header, leaves an error at its
 * line and is marked unreadable; the rest of it passes by for the fingerprint.
 */
export async function receive(job: Receiving): Promise<void> {
  try {
    await stageRecords(job);
  } catch (error) {
    if (!(error instanceof CsvStructureError)) throw error;
    await stageBatch(job, [], [{ line: error.line, column: '', reason: error.message }], true);
    await job.meter.drain();
  }
}

async function stageRecords(job: Receiving): Promise<void> {
  const format = formats[job.kind];
  let header: readonly string[] | null = null;
  let batch: StagedRow[] = [];
  let rows = 0;
  for await (const record of readCsv(job.meter.chunks())) {
    if (header === null) {
      header = headerOf(format, record);
      continue;
    }
    rows += 1;
    if (rows > maxRows) throw new CsvStructureError(record.line, `the file has more than ${maxRows} rows: split it`);
    batch.push(readRow(format, header, record, job.author));
    if (batch.length < batchRows) continue;
    await stageBatch(job, batch, []);
    batch = [];
    job.onBatch();
  }
  if (header === null) throw new CsvStructureError(1, 'the file is empty: its first line names the columns');
  if (batch.length > 0) await stageBatch(job, batch, []);
  job.onBatch();
}

/** Case does not matter. */
function headerOf({ columns }: RowFormat, { line, cells }: CsvRecord): readonly string[] {
  const known = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  const problems: string[] = [];
  const names = cells.map((cell) => {
    const name = known.get(cell?.toLowerCase() ?? '');
    if (name === undefined) problems.push(`there is no column ${JSON.stringify(cell?.slice(0, 60) ?? '(not UTF-8)')}`);
    return name ?? '';
  });
  for (const { name, required } of columns)
    if (required && !names.includes(name)) problems.push(`the column ${name} is missing`);
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined) problems.push(`the column ${twice} is there twice`);
  if (problems.length > 0)
    throw new CsvStructureError(
      line,
      `${problems.join('; ')}; the columns are ${columns.map(({ name }) => name).join(', ')}`,
    );
  return names;
}

function readRow(
  format: RowFormat,
  header: readonly string[],
  { line, cells }: CsvRecord,
  author: ImportAuthor,
): StagedRow {
  if (cells.length !== header.length) {
    const reason = `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, the header ${header.length}`;
    return { line, key: '', data: {}, problems: [{ column: '', reason }] };
  }
  const named = new Map(header.map((name, at) => [name, cells[at] ?? '']));
  const row = format.read(named, author);
  const wrong = header.filter((_name, at) => cells[at] === null);
  const problems = row.problems.filter(({ column }) => !wrong.includes(column));
  return { line, key: row.key, data: row.data, problems: [...problems, ...wrong.map(notUtf8)] };
}

const notUtf8 = (column: string): RowProblem => ({ column, reason: 'is not UTF-8' });

/** One statement: rows, what is wrong with them, how far it has come. Rows only enter while the import is being received. */
async function stageBatch(
  { db, id, meter }: Receiving,
  batch: readonly StagedRow[],
  more: readonly (RowProblem & { line: number })[],
  unreadable = false,
): Promise<void> {
  const rows = batch.map(({ line, key, data, problems }) => ({
    line,
    key,
    data,
    bad: problems.some(({ warning }) => warning !== true),
  }));
  const errors = [
    ...batch.flatMap(({ line, problems }) => problems.map((problem) => ({ line, ...problem }))),
    ...more,
  ].map((error) => ({ warning: false, ...error }));
  const passed = await db.execute(sql`
    with gate as (
      update ${imports} set rows = rows + ${rows.length}, bytes = ${meter.bytes}, alive_at = now(), unreadable = unreadable or ${unreadable}
      where id = ${id} and state = 'receiving' returning id),
    staged as (
      insert into ${importRows} (import_id, line, key, data, bad)
      select gate.id, r.line, r.key, r.data, r.bad from gate,
        jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (line int, key text, data jsonb, bad bool)),
    noted as (
      insert into ${importErrors} (import_id, line, "column", reason, warning)
      select gate.id, r.line, r."column", r.reason, r.warning from gate,
        jsonb_to_recordset(${JSON.stringify(errors)}::text::jsonb) as r (line int, "column" text, reason text, warning bool)
      on conflict do nothing)
    select id from gate`);
  if (passed.length === 0) throw new NotReceivingError('the import is not being received any more');
}
