import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { packStatus, placeKind } from '../../schema/wire/api/battery.ts';
import { countKey, inventoryCounts } from '../../schema/wire/api/inventory.ts';
import { safeText, stationId } from '../../schema/wire/ids.ts';
import { access, everyone } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { instant, json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { countPacks } from './counts.ts';

const keys = countKey.options;
/** `place,status`: a list in one parameter. */
const by = z
  .string()
  .regex(new RegExp(`^(?:${keys.join('|')})(?:,(?:${keys.join('|')})){0,4}$`), `must be a list of ${keys.join(', ')}`)
  .default('place,status')
  .openapi({
    description: `What the packs are counted by: a list of ${keys.join(', ')}, with commas.`,
    example: 'station,status',
  });

const counts = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/counts',
  tags: ['inventory'],
  summary: 'How many packs are, or were, where',
  description: `In cars and in stations, on trucks and in workshops: every pack is in exactly one group, so they add up to \`total\`. With \`at\`, as
the service had it recorded at that instant; with \`basis=occurred\` as it had happened by then, late reports included. A fleet counts the packs in its
cars, an owner its own, staff those of their stations.`,
  request: {
    query: z.strictObject({
      by,
      at: instant.optional().openapi({ description: 'A past instant; now when left out.' }),
      basis: z.enum(['recorded', 'occurred']).default('recorded'),
      station: stationId.optional(),
      place: placeKind.optional(),
      status: packStatus.optional(),
      model: safeText(32).optional(),
      owner: safeText(40).optional(),
    }),
  },
  responses: { 200: json(inventoryCounts, 'The counts.'), ...problems('invalid-parameter') },
});

export const inventoryRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(counts, async (c) => {
    const { by: list, at, basis, ...filter } = c.req.valid('query');
    const query = { by: [...new Set(list.split(',').map((key) => countKey.parse(key)))], basis, filter };
    const instantAt = at === undefined ? null : new Date(at).toISOString();
    return c.json(await countPacks(db, c.get('caller'), { ...query, at: instantAt }), 200);
  });
