/**
 * Arrays as the driver should write and read them. postgres.js would ask the server at each connect; when that query fails (the server ends the
 * session just then) its rejection is nobody's, and ends the process.
 */
const arrayOf = (oid: number, read: (text: string) => unknown) => ({
  to: oid,
  from: [oid],
  // Of an array column drizzle has written the text already.
  serialize: (values: readonly unknown[] | string) =>
    typeof values === 'string' ? values : `{${values.map(quote).join(',')}}`,
  parse: (text: string) => parseArray(text).map((item) => (item === null ? null : read(item))),
});

export const arrayTypes = {
  textArray: arrayOf(1009, String),
  int2Array: arrayOf(1005, Number),
  int4Array: arrayOf(1007, Number),
  int8Array: arrayOf(1016, String),
  float8Array: arrayOf(1022, Number),
};

const quote = (value: unknown): string =>
  value === null || value === undefined ? 'NULL' : `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** The items of a one-dimensional array in Postgres's text form. */
function parseArray(text: string): (string | null)[] {
  const items: (string | null)[] = [];
  const pattern = /[{,](?:"((?:[^"\\]|\\.)*)"|([^,{}"]+))/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, quoted, bare] = match;
    if (quoted !== undefined) items.push(quoted.replace(/\\(.)/g, '$1'));
    else items.push(bare === 'NULL' ? null : (bare ?? ''));
  }
  return items;
}
