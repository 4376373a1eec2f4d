import { isUtf8 } from 'node:buffer';
import { CsvStructureError, readCsv } from '../../imports/read-csv.ts';
import { bareCell, plainName } from './cells.ts';
import { type FileProblem, maxRows, type ReadFile, type Row } from './format.ts';

/** A record of the file with its text. */
export interface TextRecord {
  line: number;
  cells: string[];
}

/** Takes the records of one file and keeps what it finds. */
export interface RecordReader {
  take(record: TextRecord): void;
  /** After the last record. */
  end(): void;
  rows: Row[];
  problems: FileProblem[];
}

/** Reads CSV in UTF-8 or GBK, as Chinese banks write it: whichever the bytes are. */
export async function readTable(bytes: Buffer, reader: RecordReader): Promise<ReadFile> {
  const { rows, problems } = reader;
  const decode = decoderOf(bytes);
  try {
    for await (const { line, cells } of readCsv(once(bytes), decode)) {
      const wrong = cells.flatMap((cell, at) => (cell === null ? [at + 1] : []));
      for (const column of wrong) problems.push({ line, column: String(column), reason: 'is neither UTF-8 nor GBK' });
      if (wrong.length === 0) reader.take({ line, cells: cells.map((cell) => cell ?? '') });
      if (rows.length > maxRows) throw new CsvStructureError(line, `the file has more than ${maxRows} rows: split it`);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof CsvStructureError)) throw error;
    problems.push({ line: error.line, column: '', reason: error.message });
  }
  return { rows, problems };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** GB 18030 holds all of GBK. None of its bytes after the first is a comma, a quote or a line break. */
function decoderOf(bytes: Buffer): (cell: Buffer) => string | null {
  const decoder = new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030', { fatal: true });
  return (cell) => {
    try {
      return bareCell(decoder.decode(cell).trim());
    } catch {
      return null;
    }
  };
}

/** A column by what banks call it. */
export interface Column<Key extends string> {
  key: Key;
  names: readonly string[];
  required: boolean;
}

export interface Header<Key extends string> {
  width: number;
  names: ReadonlyMap<Key, string>;
  at: ReadonlyMap<Key, readonly number[]>;
}

/** The header, if the record is one: it has every required column. */
export function headerOf<Key extends string>(
  cells: readonly string[],
  columns: readonly Column<Key>[],
): Header<Key> | null {
  const plain = cells.map(plainName);
  const at = new Map<Key, number[]>();
  for (const { key, names, required } of columns) {
    const found = names.flatMap((name) => plain.flatMap((cell, index) => (cell === name ? [index] : [])));
    if (found.length === 0 && required) return null;
    at.set(key, found);
  }
  const names = new Map(
    columns.map(({ key, names: words }): [Key, string] => [key, cells[at.get(key)?.[0] ?? -1] ?? words[0] ?? key]),
  );
  let width = cells.length;
  while (width > 0 && plain[width - 1] === '') width -= 1;
  return { width, at, names };
}

/** The first cell of a column that is not empty; columns of several names give the first that says something. */
export const cellOf = <Key extends string>({ at }: Header<Key>, cells: readonly string[], key: Key): string =>
  at
    .get(key)
    ?.map((index) => cells[index] ?? '')
    .find((cell) => cell !== '') ?? '';

/** All that the columns of a key say, once each. */
export const cellsOf = <Key extends string>({ at }: Header<Key>, cells: readonly string[], key: Key): string[] => [
  ...new Set(
    at
      .get(key)
      ?.map((index) => cells[index] ?? '')
      .filter((cell) => cell !== ''),
  ),
];

/** Whether the cells go with the header. Empty ones at the end may be missing or too many. */
export function misfit({ width }: Header<string>, cells: readonly string[]): string | null {
  let used = cells.length;
  while (used > 0 && cells[used - 1] === '') used -= 1;
  if (used <= width && cells.length >= width) return null;
  return `has ${cells.length} cells, the header ${width}`;
}
