import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { vehicles } from '../../schema/tables/vehicles.ts';
import { organisationId } from '../../schema/wire/api/access.ts';
import { newVehicle, vehicle, vehicleChange } from '../../schema/wire/api/vehicle.ts';
import { safeText, vin } from '../../schema/wire/ids.ts';
import { runActed } from '../acts/of-request.ts';
import { access, managers, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, etagOf, expectedEditions, ifMatch, ifMatchProblems, staleEdition } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { requireOrganisation } from '../inventory/change.ts';
import { listVehicles, readVehicle, toVehicle } from './queries.ts';
import { changeVehicle, createVehicle } from './write.ts';

const params = z.object({ vin });
const tags = ['vehicles'];

const list = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Vehicles, by VIN',
  description: 'Those enrolled and those that came to a station unannounced. A fleet sees its own.',
  request: {
    query: pageQuery.extend({
      fleet: organisationId.optional(),
      plate: safeText(16).optional(),
    }),
  },
  responses: { 200: json(pageOf(vehicle), 'A page of vehicles.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/{vin}',
  tags,
  summary: 'A vehicle, with the pack that is in it',
  request: { params },
  responses: {
    200: { ...json(vehicle, 'The vehicle.'), headers: etagHeader },
    ...problems('not-found'),
  },
});

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Enrol a vehicle',
  description:
    'A Chinese VIN (it begins with L) with a wrong check digit is refused; elsewhere `vinCheck` says `warning`.',
  request: { headers: idempotencyKey, body: jsonBody(newVehicle) },
  responses: {
    201: { ...json(vehicle, 'The vehicle.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access(...managers),
  method: 'patch',
  path: '/{vin}',
  tags,
  summary: 'Change a vehicle: plate, fleet, and what packs it takes',
  description: 'A change of fleet rewrites no history: swaps keep the fleet of their day.',
  request: { params, headers: ifMatch, body: jsonBody(vehicleChange) },
  responses: {
    200: { ...json(vehicle, 'The vehicle as it is now.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems, ...bodyProblems),
  },
});

export const vehicleRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listVehicles(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readVehicle(db, c.get('caller').scope, c.req.valid('param').vin);
      if (found === null) throw notFound('vehicle');
      return c.json(found, 200, { ETag: etagOf(found.edition) });
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => {
          await requireOrganisation(db, 'fleet', body.fleet, '/fleet');
          return createVehicle(body, c.get('caller').key);
        },
        answer: async (row) => {
          if (row === null) {
            const current = await readVehicle(db, c.get('caller').scope, body.vin);
            throw new ApiError('already-exists', undefined, { current });
          }
          const made = toVehicle(rowOf(vehicles, row), null);
          return c.json(made, 201, { Location: `/api/v1/vehicles/${made.vin}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(change, async (c) => {
      const { vin: id } = c.req.valid('param');
      const body = c.req.valid('json');
      const caller = c.get('caller');
      const before = await readVehicle(db, caller.scope, id);
      if (before === null) throw notFound('vehicle');
      const expected = expectedEditions(c);
      await requireOrganisation(db, 'fleet', body.fleet, '/fleet');
      const row = await runActed(c, db, changeVehicle(before, body, { by: caller.key, expected }));
      const current = (await readVehicle(db, caller.scope, id)) ?? before;
      if (row === null) throw staleEdition(current, current.edition);
      return c.json(current, 200, { ETag: etagOf(current.edition) });
    });
