import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stationMarks } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import { brokerLogin, registeredStation, stationRegistration } from '../../schema/wire/api/registration.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { requireEveryStation } from '../api/scope.ts';
import { seal, unseal } from '../api/sealed.ts';
import { rowOf } from '../db/row-of.ts';
import { newSecret } from '../plc/identity/secret.ts';
import { toStation } from './queries.ts';
import { loginOf, registration, rotation } from './register.ts';

const shownOnce = 'The password is in this answer and nowhere else: only its hash is kept.';

const register = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags: ['stations'],
  summary: 'Register a station and get its broker login',
  description: `${shownOnce} A broker that is not the embedded one must be told of the login as well.`,
  request: { headers: idempotencyKey, body: jsonBody(stationRegistration) },
  responses: {
    201: {
      ...json(registeredStation, 'Registered. It goes online with its first hello.'),
      headers: {
        ...replayedHeader,
        Location: { description: 'Where the station is.', schema: { type: 'string' as const } },
      },
    },
    ...problems('station-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const rotate = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/credentials',
  tags: ['stations'],
  summary: 'Give a station a new broker password',
  description: `${shownOnce} The old password ends with the station's next login; a connection that stands is not cut.`,
  request: { params: z.object({ id: stationId }), headers: idempotencyKey },
  responses: {
    201: { ...json(brokerLogin, 'The new login.'), headers: replayedHeader },
    ...problems('not-found', ...idempotencyProblems),
  },
});

export const registrationRoutes = () =>
  new OpenAPIHono<ApiEnv>()
    .openapi(register, (c) => {
      const secret = newSecret();
      const { id } = c.req.valid('json');
      return once(c, {
        effect: () => {
          requireEveryStation(c.get('caller').scope);
          const sealed = seal(c, secret.secret);
          return registration(c.req.valid('json'), { by: c.get('caller').key, secret, sealed });
        },
        answer: (row) => {
          if (row === null) throw new ApiError('station-exists', `There is, or was, a station ${id}.`);
          const password = row.sealed === null ? secret.secret : unseal(c, row.sealed);
          const station = toStation({
            station: rowOf(stations, row.station),
            mark: rowOf(stationMarks, row.mark),
            packs: 0,
            ready: 0,
            open: 0,
          });
          logOf(c).info({ station: id, simulated: station.simulated }, 'station registered');
          return c.json({ station, broker: loginOf(id, password) }, 201, { Location: `/api/v1/stations/${id}` });
        },
      });
    })
    .openapi(rotate, (c) => {
      const secret = newSecret();
      const { id } = c.req.valid('param');
      return once(c, {
        effect: () => rotation(id, { by: c.get('caller').key, secret, sealed: seal(c, secret.secret) }),
        answer: (row) => {
          if (row === null) throw notFound('station in service');
          logOf(c).info({ station: id }, 'station credentials rotated');
          return c.json(loginOf(id, row.sealed === null ? secret.secret : unseal(c, row.sealed)), 201);
        },
      });
    });
