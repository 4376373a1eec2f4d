import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { alarms, incidents } from '../../schema/tables/alarms.ts';
import { deadLetters } from '../../schema/tables/dead-letters.ts';
import { acknowledgeBody, assignBody, noteBody } from '../../schema/wire/api/action.ts';
import { alarm, alarmId, deadLetter, incident, incidentId } from '../../schema/wire/api/log.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { idempotencyKey, replayedHeader } from '../api/idempotency.ts';
import { noticeIn } from '../api/language.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { readAlarm, readDeadLetter, readIncident, toAlarm, toDeadLetter, toIncident } from './log-queries.ts';
import { findStationPerson } from './people.ts';
import {
  acknowledgeAlarm,
  acknowledgeIncident,
  assignAlarm,
  assignIncident,
  closeIncident,
  incidentEnds,
  resolveDeadLetter,
} from './settle.ts';
import { settleOnce, settleProblems } from './settle-once.ts';

const shared = { ...access(...actors), method: 'post' as const, tags: ['log'] };
const acknowledgeAlarmRoute = createRoute({
  ...shared,
  path: '/{id}/acknowledge',
  summary: 'Say that somebody has seen an alarm',
  description:
    'The alarm stays until its cause is gone. Raised again, or to a higher level, it is to be acknowledged again.',
  request: { params: z.object({ id: alarmId }), headers: idempotencyKey, body: jsonBody(acknowledgeBody) },
  responses: {
    200: { ...json(alarm, 'The alarm as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems),
  },
});

const acknowledgeIncidentRoute = createRoute({
  ...shared,
  path: '/{id}/acknowledge',
  summary: 'Say that somebody looks into an incident',
  request: { params: z.object({ id: incidentId }), headers: idempotencyKey, body: jsonBody(acknowledgeBody) },
  responses: {
    200: { ...json(incident, 'The incident as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems),
  },
});

const assigning =
  'One of the people of its station (`GET /stations/{id}/people`), or `null` for nobody. Of two at once one wins, the other is shown who has it. Raised or opened again, it is with nobody.';

const assignAlarmRoute = createRoute({
  ...shared,
  path: '/{id}/assign',
  summary: 'Say who sees to an alarm',
  description: assigning,
  request: { params: z.object({ id: alarmId }), headers: idempotencyKey, body: jsonBody(assignBody) },
  responses: {
    200: { ...json(alarm, 'The alarm as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems),
  },
});

const assignIncidentRoute = createRoute({
  ...shared,
  path: '/{id}/assign',
  summary: 'Say who sees to an incident',
  description: assigning,
  request: { params: z.object({ id: incidentId }), headers: idempotencyKey, body: jsonBody(assignBody) },
  responses: {
    200: { ...json(incident, 'The incident as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems),
  },
});

const closeIncidentRoute = createRoute({
  ...shared,
  path: '/{id}/close',
  summary: 'Close an incident that only a person can say is over',
  description:
    'As `packMoved`. One that ends with its cause (`packUnknown`, `needsPerson`) is refused; `detail` says what ends it.',
  request: { params: z.object({ id: incidentId }), headers: idempotencyKey, body: jsonBody(noteBody) },
  responses: {
    200: { ...json(incident, 'The incident as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems, 'closes-itself'),
  },
});

const resolveRoute = createRoute({
  ...shared,
  path: '/{id}/resolve',
  summary: 'Say what became of a record that could not be used',
  request: {
    params: z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    headers: idempotencyKey,
    body: jsonBody(noteBody),
  },
  responses: {
    200: { ...json(deadLetter, 'The dead letter as it is now.'), headers: replayedHeader },
    ...problems(...settleProblems),
  },
});

/** Refuses who cannot see to anything at this station. */
async function mustBeThere(db: Database, station: string, to: string | null): Promise<void> {
  if (to !== null && (await findStationPerson(db, station, to)) === null) throw notFound('user');
}

export const alarmActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(acknowledgeAlarmRoute, (c) => {
      const { note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'alarm',
        read: () => readAlarm(db, c.req.valid('param').id),
        change: (before) => acknowledgeAlarm(before, { by: c.get('caller').key, note }),
        answer: (row) => c.json(noticeIn(c, toAlarm(rowOf(alarms, row))), 200),
      });
    })
    .openapi(assignAlarmRoute, (c) => {
      const { to, note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'alarm',
        read: () => readAlarm(db, c.req.valid('param').id),
        change: async (before) => {
          await mustBeThere(db, before.station, to);
          return assignAlarm(before, { by: c.get('caller').key, to, note });
        },
        answer: (row) => c.json(noticeIn(c, toAlarm(rowOf(alarms, row))), 200),
      });
    });

export const incidentActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(acknowledgeIncidentRoute, (c) => {
      const { note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'incident',
        read: () => readIncident(db, c.req.valid('param').id),
        change: (before) => acknowledgeIncident(before, { by: c.get('caller').key, note }),
        answer: (row) => c.json(noticeIn(c, toIncident(rowOf(incidents, row))), 200),
      });
    })
    .openapi(assignIncidentRoute, (c) => {
      const { to, note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'incident',
        read: () => readIncident(db, c.req.valid('param').id),
        change: async (before) => {
          await mustBeThere(db, before.station, to);
          return assignIncident(before, { by: c.get('caller').key, to, note });
        },
        answer: (row) => c.json(noticeIn(c, toIncident(rowOf(incidents, row))), 200),
      });
    })
    .openapi(closeIncidentRoute, (c) =>
      settleOnce(c, {
        what: 'incident',
        read: () => readIncident(db, c.req.valid('param').id),
        change: (before) => {
          const end = incidentEnds[before.code] ?? null;
          if (before.closedAt === null && end !== null) throw new ApiError('closes-itself', end);
          return closeIncident(before, { by: c.get('caller').key, note: c.req.valid('json').note });
        },
        answer: (row) => c.json(noticeIn(c, toIncident(rowOf(incidents, row))), 200),
      }),
    );

export const deadLetterActRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>().openapi(resolveRoute, (c) =>
    settleOnce(c, {
      what: 'dead letter',
      read: () => readDeadLetter(db, c.req.valid('param').id),
      change: (before) => resolveDeadLetter(before, { by: c.get('caller').key, note: c.req.valid('json').note }),
      answer: (row) => c.json(toDeadLetter(rowOf(deadLetters, row)), 200),
    }),
  );
