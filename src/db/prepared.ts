import { Column, getTableColumns, is, Placeholder, SQL, type SQLWrapper, Table } from 'drizzle-orm';
import { PgDialect, QueryBuilder } from 'drizzle-orm/pg-core';
import type { Database } from './client.ts';

const casing = 'snake_case';
const dialect = new PgDialect({ casing });

/** Begins a query for `prepared`. */
export const query = new QueryBuilder({ casing });

/** What a query is written with: a place for each text, number and list; what decides over its words (yes, no, nothing) as it is. */
export type Slots<T> = T extends string | number | readonly string[]
  ? Placeholder
  : T extends boolean | null | undefined
    ? T
    : { [K in keyof T]: Slots<T[K]> };

type RowsOf<Q> = Q extends { _: { result: infer Rows } } ? Rows : Q extends SQL<infer Row> ? Row[] : never;
type Read = (row: readonly unknown[]) => unknown;

/**
 * The place of a list that has one element. With its column equal to that one element the rows come in the order of an index; equal to any of a list
 * they do not.
 */
export class SoleSlot extends Placeholder {}

interface Written {
  text: string;
  valuesOf: (of: object) => unknown[];
  read: Read | null;
}

/**
 * A query that is written once for each shape of what it is given, and from then on only run: writing it out with drizzle costs more than all the rest
 * of a small request. The shape is which values are there at all, and every boolean. Instants are given as text.
 *
 * `prepared<Given>()(write)`, where `write` gives a `query.select(…)`, or `sql<Row>`, whose rows come as the driver has them.
 */
export const prepared =
  <V extends object>() =>
  <Q extends SQLWrapper>(write: (of: Slots<V>) => Q) => {
    const shapes = new Map<string, Written>();
    return async (db: Database, of: V): Promise<RowsOf<Q>> => {
      const shape = shapeOf(of);
      let written = shapes.get(shape);
      if (written === undefined) {
        written = writeOut(write(slotsOf(of) as Slots<V>));
        shapes.set(shape, written);
      }
      const { text, valuesOf, read } = written;
      const answer = db.$client.unsafe(text, valuesOf(of) as never[]);
      return (read === null ? await answer : (await answer.values()).map(read)) as RowsOf<Q>;
    };
  };

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSole = (value: unknown): boolean => Array.isArray(value) && value.length === 1;

function shapeOf(of: object): string {
  let shape = '';
  for (const [name, value] of Object.entries(of)) {
    if (value === undefined) continue;
    shape += ` ${name}`;
    if (value === null || typeof value === 'boolean') shape += `=${value}`;
    else if (isSole(value)) shape += '[1]';
    else if (isGroup(value)) shape += `(${shapeOf(value)})`;
  }
  return shape;
}

function slotsOf(of: object, path = ''): object {
  const entries = Object.entries(of).map(([name, value]) => {
    if (value === undefined || value === null || typeof value === 'boolean') return [name, value];
    if (isSole(value)) return [name, new SoleSlot(path + name)];
    return [name, isGroup(value) ? slotsOf(value, `${path}${name}.`) : new Placeholder(path + name)];
  });
  return Object.fromEntries(entries);
}

function writeOut(written: SQLWrapper): Written {
  const { sql: text, params } = dialect.sqlToQuery(written.getSQL());
  const takers = params.map((param) => {
    if (!is(param, Placeholder)) return () => param;
    const path = param.name.split('.');
    return (of: object) => path.reduce((from, name) => (from as Record<string, object>)[name] as object, of);
  });
  const fields = is(written, SQL) ? null : (written as unknown as { _: { selectedFields: object } })._.selectedFields;
  return {
    text,
    valuesOf: (of) => takers.map((take) => take(of)),
    read: fields === null ? null : readerOf(fields, { next: 0 }),
  };
}

/** Makes an object of a row as the driver has it. */
function readerOf(fields: object, column: { next: number }): (row: readonly unknown[]) => Record<string, unknown> {
  const cells = Object.entries(fields).map(([name, field]): [string, Read] => {
    if (is(field, Table)) return [name, orNull(readerOf(getTableColumns(field), column))];
    const decoder = decoderOf(field);
    if (decoder === null) return [name, readerOf(field, column)];
    const at = column.next++;
    return [name, (row) => (row[at] === null ? null : decoder.mapFromDriverValue(row[at]))];
  });
  return (row) => {
    const item: Record<string, unknown> = {};
    for (const [name, read] of cells) item[name] = read(row);
    return item;
  };
}

/** A joined row of which nothing is there, is none. */
const orNull =
  (read: (row: readonly unknown[]) => Record<string, unknown>): Read =>
  (row) => {
    const item = read(row);
    for (const name in item) if (item[name] !== null) return item;
    return null;
  };

interface Decoder {
  mapFromDriverValue(value: unknown): unknown;
}

/** Null: not a value but a group of them. */
function decoderOf(field: unknown): Decoder | null {
  if (is(field, Column)) return field;
  if (is(field, SQL.Aliased)) return decoderOf(field.sql);
  return is(field, SQL) ? (field as unknown as { decoder: Decoder }).decoder : null;
}
