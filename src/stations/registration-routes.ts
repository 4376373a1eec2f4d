import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { brokerLogin, registeredStation, stationRegistration } from '../../schema/wire/api/registration.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import { requireEveryStation } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { readStation } from './queries.ts';
import { registerStation, rotateSecret } from './register.ts';

const once = 'The password is in this answer and nowhere else: only its hash is kept.';
const bodyProblems = ['malformed-json', 'invalid-body', 'payload-too-large', 'unsupported-media-type'] as const;

const register = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags: ['stations'],
  summary: 'Register a station and get its broker login',
  description: `${once} A broker that is not the embedded one must be told of the login as well.`,
  request: { body: jsonBody(stationRegistration) },
  responses: {
    201: {
      ...json(registeredStation, 'Registered. It goes online with its first hello.'),
      headers: { Location: { description: 'Where the station is.', schema: { type: 'string' as const } } },
    },
    ...problems('station-exists', ...bodyProblems),
  },
});

const rotate = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/credentials',
  tags: ['stations'],
  summary: 'Give a station a new broker password',
  description: `${once} The old password ends with the station's next login; a connection that stands is not cut.`,
  request: { params: z.object({ id: stationId }) },
  responses: { 201: json(brokerLogin, 'The new login.'), ...problems('not-found') },
});

export const registrationRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(register, async (c) => {
      requireEveryStation(c.get('caller').scope);
      const registration = c.req.valid('json');
      const { id } = registration;
      const broker = await registerStation(db, registration, { by: c.get('caller').key });
      if (broker === null) throw new ApiError('station-exists', `There is, or was, a station ${id}.`);
      c.get('log').info({ station: id, simulated: registration.simulated }, 'station registered');
      const station = await readStation(db, id);
      if (station === null) throw notFound('station');
      return c.json({ station, broker }, 201, { Location: `/api/v1/stations/${id}` });
    })
    .openapi(rotate, async (c) => {
      const { id } = c.req.valid('param');
      const broker = await rotateSecret(db, id, { by: c.get('caller').key });
      if (broker === null) throw notFound('station in service');
      c.get('log').info({ station: id }, 'station credentials rotated');
      return c.json(broker, 201);
    });
