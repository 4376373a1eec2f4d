/** One column of a CSV: the way to its value in an item, and its name, `place.kind`. */
export interface Column {
  name: string;
  path: readonly string[];
}

/** As much of a JSON schema as is looked at. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export type Components = Readonly<Record<string, Schema>>;

/** The columns of a schema: always the same for a list, whatever is in it. Objects are taken apart; arrays stay, as JSON. */
export function columnsOf(schema: Schema, components: Components, above: readonly string[] = []): Column[] {
  const { properties } = concrete(schema, components);
  if (properties === undefined || above.length === 3) return [{ name: above.join('.'), path: above }];
  return Object.entries(properties).flatMap(([name, each]) => columnsOf(each, components, [...above, name]));
}

/** Behind references, and without the alternative that it is null. */
export function concrete(schema: Schema, components: Components): Schema {
  if (schema.$ref !== undefined) return concrete(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components);
  const choices = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  return choices?.length === 1 && choices[0] ? concrete(choices[0], components) : schema;
}

/** The value of a column; null where there is none, JSON where it is no plain value. */
export function valueAt(item: unknown, { path }: Column): unknown {
  let value = item;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name] ?? null;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}
