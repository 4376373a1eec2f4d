import { type Column, valuesOf } from './columns.ts';
import type { StationRows } from './rows.ts';
import type { Section } from './sections.ts';
import { shapeFor } from './shapes.ts';
import { custodyColumns, markColumnsOf, statementFor } from './statement.ts';

export interface EncodedCommit {
  text: string;
  parameters: string[];
}

/** Turns the rows of a batch into the statement that fits them and its parameters: one JSON text per table. */
export function encodeCommit(batch: readonly StationRows[], token: string): EncodedCommit {
  const shape = shapeFor(batch);
  const parameters = [
    encodeMarks(batch, markColumnsOf(shape), shape.whole),
    token,
    textArray(batch.map(({ mark }) => mark.station)),
  ];
  if (shape.custody) parameters.push(...encodeList(batch, 'custody', custodyColumns, 'pack'));
  for (const { list, columns, key } of shape.sections) parameters.push(...encodeList(batch, list, columns, key));
  return { text: statementFor({ shape, ordered: batch.length > 1 }), parameters };
}

/** A text array as Postgres reads it. */
const textArray = (items: readonly string[]): string => `{${items.map((item) => JSON.stringify(item)).join(',')}}`;

const encodeMarks = (batch: readonly StationRows[], columns: readonly Column[], whole: boolean): string =>
  JSON.stringify(
    batch.map(({ mark, contact }, index) => valuesOf(whole ? { ...mark, ...contact } : mark, index + 1, columns)),
  );

/** All rows of one table, and their keys if it has a key. */
function encodeList(
  batch: readonly StationRows[],
  list: Section['list'] | 'custody',
  columns: readonly Column[],
  key?: string,
): string[] {
  const all: unknown[][] = [];
  const keys: string[] = [];
  batch.forEach((rows, index) => {
    for (const row of rows[list]) {
      all.push(valuesOf(row, index + 1, columns));
      if (key) keys.push((row as unknown as Record<string, string>)[key] as string);
    }
  });
  const rows = all.length === 0 ? '[]' : JSON.stringify(all);
  return key ? [rows, textArray(keys)] : [rows];
}
