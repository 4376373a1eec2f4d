/** As much of the OpenAPI document as the tests look at. */
export interface Schema {
  $ref?: string;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
}

export interface Parameter {
  in?: string;
  name?: string;
  required?: boolean;
  example?: unknown;
  schema?: Schema;
  $ref?: string;
}

export interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, Content> }>;
  'x-roles'?: string[];
  summary?: string;
  tags?: string[];
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** `POST /api/v1/stations` and what the document says of it. */
export const operationsOf = ({ paths }: Document): { name: string; operation: Operation }[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );

/** The example of a parameter or a body, wherever it stands. */
export function exampleOf({ example, examples, schema }: Parameter & Content, document?: Document): unknown {
  const named = document && schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
  return example ?? Object.values(examples ?? {})[0]?.value ?? named?.example ?? named?.examples?.[0];
}
