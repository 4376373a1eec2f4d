import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { acknowledgeBody, noteBody } from '../../schema/wire/api/action.ts';
import { alarm, alarmId, deadLetter, incident, incidentId } from '../../schema/wire/api/log.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import { sees } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { readAlarm, readDeadLetter, readIncident } from './log-queries.ts';
import { acknowledgeAlarm, acknowledgeIncident, closeIncident, incidentEnds, resolveDeadLetter } from './settle.ts';

const shared = { ...access(...actors), method: 'post' as const, tags: ['log'] };
const refusals = [
  'not-found',
  'already-settled',
  'malformed-json',
  'invalid-body',
  'payload-too-large',
  'unsupported-media-type',
] as const;

const acknowledgeAlarmRoute = createRoute({
  ...shared,
  path: '/{id}/acknowledge',
  summary: 'Say that somebody has seen an alarm',
  description:
    'The alarm stays until its cause is gone. Raised again, or to a higher level, it is to be acknowledged again.',
  request: { params: z.object({ id: alarmId }), body: jsonBody(acknowledgeBody) },
  responses: { 200: json(alarm, 'The alarm as it is now.'), ...problems(...refusals) },
});

const acknowledgeIncidentRoute = createRoute({
  ...shared,
  path: '/{id}/acknowledge',
  summary: 'Say that somebody looks into an incident',
  request: { params: z.object({ id: incidentId }), body: jsonBody(acknowledgeBody) },
  responses: { 200: json(incident, 'The incident as it is now.'), ...problems(...refusals) },
});

const closeIncidentRoute = createRoute({
  ...shared,
  path: '/{id}/close',
  summary: 'Close an incident that only a person can say is over',
  description:
    'As `packMoved`. One that ends with its cause (`packUnknown`, `needsPerson`) is refused; `detail` says what ends it.',
  request: { params: z.object({ id: incidentId }), body: jsonBody(noteBody) },
  responses: { 200: json(incident, 'The incident as it is now.'), ...problems(...refusals, 'closes-itself') },
});

const resolveRoute = createRoute({
  ...shared,
  path: '/{id}/resolve',
  summary: 'Say what became of a record that could not be used',
  request: {
    params: z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    body: jsonBody(noteBody),
  },
  responses: { 200: json(deadLetter, 'The dead letter as it is now.'), ...problems(...refusals) },
});

/** The one who came first has done it; this one is shown what was done. */
const settled = (what: string, current: unknown): ApiError =>
  new ApiError('already-settled', `Somebody else was first, or it is over: \`current\` shows the ${what}.`, {
    current,
  });

export const alarmActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(acknowledgeAlarmRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { note = null } = c.req.valid('json');
    const before = await readAlarm(db, id);
    if (before === null || !sees(c.get('caller').scope, before.station)) throw notFound('alarm');
    const done = await acknowledgeAlarm(db, before, { by: c.get('caller').key, note });
    const after = await readAlarm(db, id);
    if (!done || after === null) throw settled('alarm', after);
    return c.json(after, 200);
  });

export const incidentActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(acknowledgeIncidentRoute, async (c) => {
      const { id } = c.req.valid('param');
      const { note = null } = c.req.valid('json');
      const before = await readIncident(db, id);
      if (before === null || !sees(c.get('caller').scope, before.station)) throw notFound('incident');
      const done = await acknowledgeIncident(db, before, { by: c.get('caller').key, note });
      const after = await readIncident(db, id);
      if (!done || after === null) throw settled('incident', after);
      return c.json(after, 200);
    })
    .openapi(closeIncidentRoute, async (c) => {
      const { id } = c.req.valid('param');
      const { note } = c.req.valid('json');
      const before = await readIncident(db, id);
      if (before === null || !sees(c.get('caller').scope, before.station)) throw notFound('incident');
      const end = incidentEnds[before.code] ?? null;
      if (before.closedAt === null && end !== null) throw new ApiError('closes-itself', end);
      const done = await closeIncident(db, before, { by: c.get('caller').key, note });
      const after = await readIncident(db, id);
      if (!done || after === null) throw settled('incident', after);
      return c.json(after, 200);
    });

export const deadLetterActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(resolveRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { note } = c.req.valid('json');
    const before = await readDeadLetter(db, id);
    if (before === null || !sees(c.get('caller').scope, before.station)) throw notFound('dead letter');
    const done = await resolveDeadLetter(db, before, { by: c.get('caller').key, note });
    const after = await readDeadLetter(db, id);
    if (!done || after === null) throw settled('dead letter', after);
    return c.json(after, 200);
  });
