import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { custodyAudit } from '../../schema/wire/api/battery.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { json, problems } from '../api/route.ts';
import { sees } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { auditCustody } from './audit.ts';

const custody = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/custody',
  tags: ['batteries'],
  summary: 'Count the packs: the rules of the ledger, and every difference from what the stations last said',
  request: {
    query: z.strictObject({ station: stationId.optional().openapi({ description: 'Examine this station only.' }) }),
  },
  responses: { 200: json(custodyAudit, 'What was examined and what was found.'), ...problems('invalid-parameter') },
});

export const auditRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(custody, async (c) => {
    const { station } = c.req.valid('query');
    const { scope } = c.get('caller');
    // Another's station is examined as one that is not there.
    const among = station === undefined ? scope.stations : sees(scope, station) ? [station] : [];
    return c.json(await auditCustody(db, among), 200);
  });
