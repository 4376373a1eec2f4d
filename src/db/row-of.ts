import { getTableColumns, type Table } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';

/** A whole row of a table as `to_jsonb` gives it, in the form drizzle's own queries have: names of the code, instants as dates. */
export function rowOf<T extends Table>(table: T, row: Readonly<Record<string, unknown>>): T['$inferSelect'] {
  const entries = Object.entries(getTableColumns(table)).map(([name, column]) => {
    const value = row[toSnakeCase(column.name)];
    return [name, value === null || value === undefined ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(entries);
}
