import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { alarm, deadLetter, incident, logEvent } from '../../schema/wire/api/log.ts';
import { bayId, stationId } from '../../schema/wire/ids.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { noticeIn } from '../api/language.ts';
import { ApiError } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listAlarms, listDeadLetters, listIncidents, listStationEvents, newestEvents } from './log-queries.ts';

const truth = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' });

const events = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'The log, newest first: who or what caused a change, and what followed',
  description: 'With `station`, page after page. Without it, the newest events of all stations, one page only.',
  request: {
    query: pageQuery.extend({
      station: stationId.optional(),
      bay: bayId.optional(),
      upTo: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().openapi({
        type: 'integer',
        description: 'Lines with this number or a smaller one: what led to an alarm, whose `eventN` it is.',
      }),
    }),
  },
  responses: { 200: json(pageOf(logEvent), 'A page of events.'), ...problems('invalid-parameter') },
});

const alarms = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'Alarms, newest first; one row per alarm key',
  request: { query: pageQuery.extend({ station: stationId.optional(), active: truth.optional() }) },
  responses: { 200: json(pageOf(alarm), 'A page of alarms.'), ...problems('invalid-parameter') },
});

const incidents = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'What a person has to look into, newest first',
  request: { query: pageQuery.extend({ station: stationId.optional(), open: truth.optional() }) },
  responses: { 200: json(pageOf(incident), 'A page of incidents.'), ...problems('invalid-parameter') },
});

const deadLetters = createRoute({
  ...access('admin', 'operations', 'staff', 'maintenance', 'service'),
  method: 'get',
  path: '/',
  tags: ['log'],
  summary: 'Records that were well wrapped and could not be used, newest first',
  request: { query: pageQuery.extend({ station: stationId.optional(), open: truth.optional() }) },
  responses: { 200: json(pageOf(deadLetter), 'A page of dead letters.'), ...problems('invalid-parameter') },
});

export const eventRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(events, async (c) => {
    const { limit, cursor, station, bay, upTo } = c.req.valid('query');
    if (station !== undefined)
      return c.json(await listStationEvents(db, c.get('caller').scope, { station, bay, upTo }, { limit, cursor }), 200);
    const needless = bay !== undefined ? 'bay' : upTo !== undefined ? 'upTo' : cursor !== undefined ? 'cursor' : null;
    if (needless !== null) {
      throw new ApiError('invalid-parameter', `A ${needless} needs its station.`, {
        errors: [{ parameter: 'station', detail: `is required with ${needless}` }],
      });
    }
    return c.json({ items: await newestEvents(db, c.get('caller').scope, limit), nextCursor: null }, 200);
  });

export const alarmRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(alarms, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const page = await listAlarms(db, c.get('caller').scope, filter, { limit, cursor });
    return c.json({ ...page, items: page.items.map((each) => noticeIn(c, each)) }, 200);
  });

export const incidentRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(incidents, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const page = await listIncidents(db, c.get('caller').scope, filter, { limit, cursor });
    return c.json({ ...page, items: page.items.map((each) => noticeIn(c, each)) }, 200);
  });

export const deadLetterRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(deadLetters, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    return c.json(await listDeadLetters(db, c.get('caller').scope, filter, { limit, cursor }), 200);
  });
