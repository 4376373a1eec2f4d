/** A column of the rows that one parameter carries. */
export interface Column {
  name: string;
  /** As Postgres reads it. `json` is stored as the text the encoder made of it; `jsonb` is taken apart. */
  type: string;
}

/** From the words of a column list: `station text, n int8`. */
export const columnsOf = (list: string): readonly Column[] =>
  list.split(', ').map((column) => {
    const [name = '', type = ''] = column.split(' ');
    return { name, type };
  });

/**
 * The rows of a parameter as the statement reads them, under the name `x`. Each travels as an array in the order of the columns: objects
 * would name every column in every row, and Postgres would read and sort the names before it could use one, a fifth of the whole statement.
 */
export function rowsIn(parameter: number, columns: readonly Column[]): string {
  const fields = columns.map(({ name, type }, at) => `${fieldAt(at, type)} as ${name}`);
  return `(select ${fields.join(', ')} from jsonb_array_elements($${parameter}::text::jsonb) e) x`;
}

function fieldAt(at: number, type: string): string {
  if (type === 'jsonb') return `nullif(e -> ${at}, 'null')`;
  return type === 'text' ? `e ->> ${at}` : `(e ->> ${at})::${type}`;
}

/** The values of a row as they travel: the position of its station in the batch, and what the columns after that one name. */
export function valuesOf(row: object, i: number, columns: readonly Column[]): unknown[] {
  const values: unknown[] = [i];
  for (let at = 1; at < columns.length; at++) {
    const { name, type } = columns[at] as Column;
    const value = (row as Record<string, unknown>)[name];
    values.push(type === 'json' ? JSON.stringify(value) : value);
  }
  return values;
}
