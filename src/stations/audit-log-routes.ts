import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { auditLine } from '../../schema/wire/api/audit-log.ts';
import { safeText, stationId } from '../../schema/wire/ids.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { instant, json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listAuditLines } from './audit-log.ts';

const list = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'Who did what at the stations, newest first',
  description:
    'Actions at bays, acknowledgements, decisions about packs and swaps, changes of stations: each with its author and reason.',
  request: {
    query: pageQuery.extend({
      author: safeText(100).optional().openapi({ description: 'The id of a key, or `user:` and that of a user.' }),
      station: stationId.optional(),
      from: instant.optional(),
      to: instant.optional().openapi({ description: 'Before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(auditLine), 'A page of what was done.'), ...problems('invalid-parameter') },
});

export const auditLogRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    return c.json(await listAuditLines(db, c.get('caller').scope, filter, { limit, cursor }), 200);
  });
