import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import officialSchemas from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { downTopic, simControlTopic, simReportTopic, telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import { generateDocs } from '../../src/docs/generate-docs.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { loadVectors, payloadOf, type Vector } from './vectors.ts';

// The official schemas with ajv, not @asyncapi/parser: that one brings 169 packages (55 MB) for one test. What it checks beyond the
// schema, that references resolve and examples fit, is checked below.
const officialSchema = officialSchemas.schemasWithoutId['3.1.0'];
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

interface Document {
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  operations: Record<string, { action: string; bindings: { mqtt: { qos: number; retain: boolean } } }>;
  components: { messages: Record<string, { examples: { payload: unknown }[] }>; schemas: Record<string, object> };
}

const committed = readFileSync(join(projectRoot, 'docs', 'asyncapi.json'), 'utf8');
const document = JSON.parse(committed) as Document;
const vectors = loadVectors();

function createAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  addFormats(ajv);
  return ajv;
}

/** Names of the messages of a channel that a vector's payload fits by its JSON Schema alone. */
function createFitter(): (vector: Vector) => string[] {
  const ajv = createAjv().addSchema(document as object, 'doc');
  const check = (message: string) => {
    const validate = ajv.getSchema(`doc#/components/schemas/${message}Payload`);
    if (!validate) throw new Error(`no schema for ${message}`);
    return validate;
  };
  return (vector) => {
    const payload = JSON.parse(payloadOf(vector).toString('utf8'));
    return Object.keys(document.channels[vector.direction]?.messages ?? {}).filter((message) =>
      check(message)(payload),
    );
  };
}

describe('generated documents', () => {
  it.each(generateDocs(projectRoot))('$path is what npm run docs:generate writes', ({ path, text }) => {
    expect(readFileSync(join(projectRoot, path), 'utf8') === text).toBe(true);
  });
});

describe('asyncapi.json', () => {
  it('is a valid AsyncAPI document', () => {
    const validate = createAjv().compile(officialSchema as object);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refers only to what it holds', () => {
    const refs = [...committed.matchAll(/"\$ref": "#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    const missing = refs.filter((ref) => {
      let node: unknown = document;
      for (const key of ref.split('/')) node = (node as Record<string, unknown> | undefined)?.[key];
      return node === undefined;
    });
    expect(refs.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('names the topics of the code, QoS and no retained message', () => {
    const station = '{station}';
    expect(Object.fromEntries(Object.entries(document.channels).map(([name, { address }]) => [name, address]))).toEqual(
      {
        up: upTopic(station),
        telemetry: telemetryTopic(station),
        down: downTopic(station),
        simControl: simControlTopic(station),
        simReport: simReportTopic(station),
      },
    );
    const { sendTelemetry, ...others } = document.operations;
    expect(sendTelemetry?.bindings.mqtt).toMatchObject({ qos: 0, retain: false });
    for (const { bindings } of Object.values(others)) expect(bindings.mqtt).toMatchObject({ qos: 1, retain: false });
  });

  it('shows an example of every message', () => {
    const bare = Object.entries(document.components.messages).filter(([, message]) => message.examples.length === 0);
    expect(bare.map(([name]) => name)).toEqual([]);
  });
});

describe('the JSON Schemas of the document judge the golden vectors as the service does', () => {
  const fits = createFitter();
  /** Rules that JSON Schema cannot say, or that belong to topic and size. The text says them. */
  const beyondSchema = new Set([
    ...['oversize', 'wrongTopic', 'wrongStation', 'notJson', 'notUtf8'],
    ...[
      'text-with-nul',
      'hello-firmware-with-nul',
      'text-with-a-lone-high-surrogate',
      'text-with-a-lone-low-surrogate',
    ],
    ...[
      'text-with-swapped-surrogates',
      'journal-lost-backwards',
      'down-exchange-of-nothing',
      'kind-of-the-other-direction',
    ],
  ]);

  it.each(vectors.filter((vector) => vector.expect === 'accept').map((vector) => [vector.name, vector] as const))(
    '%s fits one message',
    (_name, vector) => {
      expect(fits(vector)).toHaveLength(1);
    },
  );

  it('refuse every bad vector whose fault a schema can express', () => {
    const judged = vectors.filter(
      ({ expect: wanted, name, reason }) =>
        wanted === 'reject' && !beyondSchema.has(name) && !beyondSchema.has(reason ?? ''),
    );
    expect(judged.length).toBeGreaterThan(80);
    expect(judged.filter((vector) => fits(vector).length > 0).map(({ name }) => name)).toEqual([]);
  });
});
