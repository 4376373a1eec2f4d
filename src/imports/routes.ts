import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { imports } from '../../schema/tables/imports.ts';
import {
  fileImport,
  importError,
  importId,
  importKind,
  importMode,
  importState,
} from '../../schema/wire/api/import.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import {
  idempotencyKey,
  idempotencyProblems,
  once,
  replayedHeader,
  requiredIdempotencyKey,
} from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import { rowOf } from '../db/row-of.ts';
import type { ImportDesk } from './desk.ts';
import { progressRoute, sendProgress } from './progress.ts';
import { cancelStatement, listErrors, listImports, readImport, toImport } from './store.ts';
import { takeUpload } from './upload.ts';

const importers = ['admin', 'operations', 'fleet'] as const;
const params = z.object({ id: importId });

const sample = `code,model,owner,firmware,sohPct,status,place
PLNPE50VC4SD0SE1R0000007,PLN-E50,pack-bank,bms-4.1.0,98.5,inService,workshop/fengtai
`;

const upload = createRoute({
  ...access(...importers),
  method: 'post',
  path: '/',
  tags: ['imports'],
  summary: 'Bring in a file of batteries, vehicles or users',
  description: `The body is CSV in UTF-8 with a header line, at most 64 MB and 1,000,000 rows; \`docs/imports.md\` has the columns. It is taken
in as it comes and answered when all of it is here; what follows goes on without the client: follow \`/imports/{id}\` or its progress.
Rows that are as the file says are not touched, so a file may be sent again. An empty cell says nothing: what is known stays. Users are brought in
by admins alone; fleet managers bring in vehicles of their own fleet.`,
  request: {
    headers: requiredIdempotencyKey,
    query: z.strictObject({
      kind: importKind,
      mode: importMode.default('strict').openapi({
        description: '`strict`: one bad row and nothing enters. `partial`: the good rows enter.',
      }),
      dryRun: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: '`true`: says the same and changes nothing.' }),
    }),
    body: { required: true, content: { 'text/csv': { schema: z.string().openapi({ example: sample }) } } },
  },
  responses: {
    202: {
      ...json(fileImport, 'All of the file is here. `Location` is where to follow it.'),
      headers: {
        ...replayedHeader,
        Location: { description: 'Of the import.', schema: { type: 'string' as const } },
      },
    },
    ...problems(
      'change-refused',
      'payload-too-large',
      'request-timeout',
      'unsupported-media-type',
      'rate-limited',
      ...idempotencyProblems,
    ),
  },
});

const list = createRoute({
  ...access(...importers),
  method: 'get',
  path: '/',
  tags: ['imports'],
  summary: 'Files that were brought in, newest first',
  request: { query: pageQuery.extend({ kind: importKind.optional(), state: importState.optional() }) },
  responses: { 200: json(pageOf(fileImport), 'A page of imports.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...importers),
  method: 'get',
  path: '/{id}',
  tags: ['imports'],
  summary: 'How far an import is, and what came of it',
  request: { params },
  responses: { 200: json(fileImport, 'The import.'), ...problems('not-found') },
});

const errors = createRoute({
  ...access(...importers),
  method: 'get',
  path: '/{id}/errors',
  tags: ['imports'],
  summary: 'What is wrong with the file, by line and column',
  description: 'With `Accept: text/csv` as a file.',
  request: { params, query: pageQuery },
  responses: {
    200: json(pageOf(importError), 'A page of errors and warnings.'),
    ...problems('not-found', 'invalid-parameter'),
  },
});

const cancel = createRoute({
  ...access(...importers),
  method: 'post',
  path: '/{id}/cancel',
  tags: ['imports'],
  summary: 'Stop an import that is being received or checked',
  description: 'What is about to enter is not stopped any more: 409 with the import in `current`.',
  request: { params, headers: idempotencyKey },
  responses: {
    200: { ...json(fileImport, 'Cancelled; nothing has entered.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', ...idempotencyProblems),
  },
});

export const importRoutes = (desk: ImportDesk) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(upload, async (c) => {
      const { kind, mode, dryRun } = c.req.valid('query');
      const row = await takeUpload(c, desk, { kind, mode, dryRun: dryRun === 'true' });
      return c.json(toImport(row), 202, { Location: `/api/v1/imports/${row.id}` });
    })
    .openapi(list, async (c) => {
      const { kind, state, ...page } = c.req.valid('query');
      return c.json(await listImports(desk.db, c.get('caller'), { kind, state }, page), 200);
    })
    .openapi(one, async (c) => {
      const row = await readImport(desk.db, c.get('caller'), c.req.valid('param').id);
      if (row === null) throw notFound('import');
      return c.json(toImport(row), 200);
    })
    .openapi(errors, async (c) => {
      const { id } = c.req.valid('param');
      if ((await readImport(desk.db, c.get('caller'), id)) === null) throw notFound('import');
      return c.json(await listErrors(desk.db, id, c.req.valid('query')), 200);
    })
    .openapi(progressRoute, async (c) => {
      const { id } = c.req.valid('param');
      const row = await readImport(desk.db, c.get('caller'), id);
      if (row === null) throw notFound('import');
      if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
      return sendProgress(c, desk, row);
    })
    .openapi(cancel, (c) => {
      const { id } = c.req.valid('param');
      const caller = c.get('caller');
      return once(c, {
        effect: async () => {
          const row = await readImport(desk.db, caller, id);
          if (row === null) throw notFound('import');
          return cancelStatement(id);
        },
        answer: async (row) => {
          if (row !== null) return c.json(toImport(rowOf(imports, row)), 200);
          const current = await readImport(desk.db, caller, id);
          throw new ApiError('change-refused', 'The import has ended, or its rows are being written.', {
            current: current && toImport(current),
          });
        },
      });
    });
