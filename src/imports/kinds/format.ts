import type { z } from 'zod';

/** One column of a file. */
export interface Column {
  name: string;
  /** A file without it cannot be read. */
  required?: true;
}

/** What is wrong with a row; a warning keeps it not out. */
export interface RowProblem {
  /** Empty: the row as a whole. */
  column: string;
  reason: string;
  warning?: boolean;
}

/** A row as its cells say it: the code, and what is said of it. A member that is not there was not said. */
export interface ReadRow {
  key: string;
  data: Record<string, unknown>;
  problems: RowProblem[];
}

/** Who brings the file in, as far as it decides over rows. */
export interface ImportAuthor {
  /** Only vehicles of this fleet may be in it. */
  organisation: string | null;
}

/** What a row of one kind looks like, judged by itself. The first column is the key. */
export interface RowFormat {
  columns: readonly Column[];
  read(cells: ReadonlyMap<string, string>, author: ImportAuthor): ReadRow;
}

/** Reads cells with the schemas of the routes. An empty cell says nothing. */
export function cellReader(cells: ReadonlyMap<string, string>) {
  const problems: RowProblem[] = [];
  const data: Record<string, unknown> = {};
  const note = (column: string, reason: string, warning = false) => {
    problems.push(warning ? { column, reason, warning } : { column, reason });
  };
  const read = <T extends z.ZodType>(column: string, schema: T, of: (text: string) => unknown): z.output<T> | null => {
    const text = cells.get(column) ?? '';
    if (text === '') return null;
    const parsed = schema.safeParse(of(text));
    if (parsed.success) return parsed.data;
    note(column, parsed.error.issues[0]?.message ?? 'is not valid');
    return null;
  };
  return {
    problems,
    data,
    note,
    /** The key of the row, as far as there is one. */
    key(column: string, schema: z.ZodType<string>): string {
      if ((cells.get(column) ?? '') === '') note(column, 'is needed');
      return read(column, schema, (text) => text) ?? '';
    },
    text(column: string, schema: z.ZodType): void {
      const value = read(column, schema, (text) => text);
      if (value !== null) data[column] = value;
    },
    number(column: string, schema: z.ZodType): void {
      const value = read(column, schema, (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text));
      if (value !== null) data[column] = value;
    },
    /** Several in one cell, with `;` between. */
    list(column: string, schema: z.ZodType): void {
      const items = (text: string) =>
        text
          .split(';')
          .map((item) => item.trim())
          .filter((item) => item !== '');
      const value = read(column, schema, items);
      if (Array.isArray(value) && value.length > 0) data[column] = [...new Set(value)].sort();
    },
  };
}
