import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { act, actKind } from '../../schema/wire/api/act.ts';
import { safeText } from '../../schema/wire/ids.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { instant, json, problems } from '../api/route.ts';
import { requireEveryStation } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { listActs } from './queries.ts';

const list = createRoute({
  ...access('admin', 'operations', 'fleet', 'owner'),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'Who did what, newest first',
  description: `Every change that a person or a program made through the API or a command line, and sign-ins and keys that were refused. A line is written
by the statement that makes the change. Fleets and owners see what their own people and keys did. See \`docs/audit-log.md\`.`,
  request: {
    query: pageQuery.extend({
      actor: safeText(100).optional().openapi({ description: 'The id of a key, or `user:` and that of a user.' }),
      kind: actKind.optional().openapi({ description: 'Of the things it was done to.' }),
      object: safeText(500).optional().openapi({ description: 'The id of the thing.' }),
      from: instant.optional(),
      to: instant.optional().openapi({ description: 'Before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(act), 'A page of what was done.'), ...problems('invalid-parameter') },
});

export const actRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    // A key of some stations sees what is at them; most lines are of no station.
    requireEveryStation(c.get('caller').scope);
    return c.json(await listActs(db, c.get('caller'), filter, { limit, cursor }), 200);
  });
