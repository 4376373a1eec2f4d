import { randomBytes } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import {
  maintenanceBody,
  maintenanceId,
  maintenanceWindow,
  openingHours,
  openingHoursBody,
} from '../../schema/wire/api/opening-hours.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { outcomeRow } from '../acts/note.ts';
import { runActed } from '../acts/of-request.ts';
import { access, actors, everyone, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf } from '../api/cursor.ts';
import { etagHeader, etagOf, expectedEditions, ifMatch, ifMatchProblems, staleEdition } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import {
  cancelWindow,
  findWindow,
  listWindows,
  openWindow,
  readHours,
  setHours,
  toWindow,
  windowOfRow,
} from './calendar.ts';
import { readStation } from './queries.ts';

const params = z.object({ id: stationId });
const windowParams = z.object({ id: stationId, window: maintenanceId });

const hours = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}/opening-hours',
  tags: ['stations'],
  summary: 'When a station takes cars',
  request: { params },
  responses: { 200: { ...json(openingHours, 'Its hours.'), headers: etagHeader }, ...problems('not-found') },
});

const change = createRoute({
  ...access(...managers),
  method: 'put',
  path: '/{id}/opening-hours',
  tags: ['stations'],
  summary: 'Set when a station takes cars',
  description:
    'Reservations that lie outside are planned anew, and their fleets are told. Before anybody has set hours the edition is 0.',
  request: {
    params,
    headers: ifMatch,
    body: jsonBody(openingHoursBody),
  },
  responses: {
    200: { ...json(openingHours, 'As they are now.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems, ...bodyProblems),
  },
});

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}/maintenance-windows',
  tags: ['stations'],
  summary: 'Maintenance of a station that is to come or under way',
  request: { params },
  responses: { 200: json(pageOf(maintenanceWindow), 'The next first; one page.'), ...problems('not-found') },
});

const plan = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/maintenance-windows',
  tags: ['stations'],
  summary: 'Plan maintenance of a station or a bay',
  description:
    'Nothing is promised in it; what was promised is planned anew, and fleets are told. The bay itself is stopped by its own action.',
  request: { params, headers: idempotencyKey, body: jsonBody(maintenanceBody) },
  responses: {
    201: { ...json(maintenanceWindow, 'Planned.'), headers: { ...etagHeader, ...replayedHeader } },
    ...problems('not-found', ...idempotencyProblems, ...bodyProblems),
  },
});

const cancel = createRoute({
  ...access(...actors),
  method: 'delete',
  path: '/{id}/maintenance-windows/{window}',
  tags: ['stations'],
  summary: 'Cancel planned maintenance',
  request: { params: windowParams, headers: ifMatch },
  responses: {
    200: { ...json(maintenanceWindow, 'Cancelled.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems),
  },
});

const longestMaintenanceMs = 31 * 24 * 3_600_000;

function spanOf({ from, to }: { from: string; to: string }): { from: Date; to: Date } {
  const span = { from: new Date(from), to: new Date(to) };
  const wrong = (detail: string) => new ApiError('invalid-body', undefined, { errors: [{ pointer: '/to', detail }] });
  if (span.to <= span.from) throw wrong('must be after from');
  if (span.to.getTime() <= Date.now()) throw wrong('must not be in the past');
  if (span.to.getTime() - span.from.getTime() > longestMaintenanceMs) throw wrong('must be at most 31 days after from');
  return span;
}

export const calendarRoutes = ({ db }: { db: Database }) => {
  const needStation = async (id: string) => {
    const found = await readStation(db, id);
    if (found === null) throw notFound('station');
    return found;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(hours, async (c) => {
      const { id } = c.req.valid('param');
      await needStation(id);
      const found = await readHours(db, id);
      return c.json(found, 200, { ETag: etagOf(found.edition) });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const editions = expectedEditions(c);
      await needStation(id);
      const { spans } = c.req.valid('json');
      const row = await runActed(c, db, setHours({ station: id, spans, editions, by: c.get('caller').key }));
      const now = await readHours(db, id);
      if (!row) throw staleEdition(now, now.edition);
      return c.json(now, 200, { ETag: etagOf(now.edition) });
    })
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      await needStation(id);
      return c.json({ items: await listWindows(db, id), nextCursor: null }, 200);
    })
    .openapi(plan, async (c) =>
      once(c, {
        effect: async () => {
          const { id: station } = c.req.valid('param');
          const { bay, reason, ...window } = c.req.valid('json');
          const span = spanOf(window);
          const { bays } = await needStation(station);
          if (bay !== null && !bays.some((each) => each.bay === bay)) throw notFound('bay');
          const id = `m-${randomBytes(8).toString('hex')}`;
          return openWindow({ id, station, bay, ...span, reason, by: c.get('caller').key });
        },
        answer: (row) => {
          if (!row?.window) throw new Error('a maintenance window was not written');
          const made = windowOfRow(row.window);
          return c.json(made, 201, { ETag: etagOf(made.edition) });
        },
      }),
    )
    .openapi(cancel, async (c) => {
      const { id: station, window: id } = c.req.valid('param');
      const editions = expectedEditions(c);
      const cancelled = cancelWindow({ id, station, editions, by: c.get('caller').key });
      const row = await runActed(c, db, cancelled, sql`${outcomeRow} -> 'window' <> 'null'::jsonb`);
      if (row?.window) {
        const now = windowOfRow(row.window);
        return c.json(now, 200, { ETag: etagOf(now.edition) });
      }
      const found = await findWindow(db, station, id);
      if (found === null || found.cancelledAt !== null) throw notFound('maintenance window');
      throw staleEdition(toWindow(found), found.edition);
    });
};
