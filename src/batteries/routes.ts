import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { batteries } from '../../schema/tables/batteries.ts';
import { organisationId } from '../../schema/wire/api/access.ts';
import {
  battery,
  batteryChange,
  batteryDetail,
  custodyMove,
  newBattery,
  packStatus,
  placeKind,
} from '../../schema/wire/api/battery.ts';
import { batteryModelId } from '../../schema/wire/api/battery-model.ts';
import { packCode, stationId, vin } from '../../schema/wire/ids.ts';
import { runActed } from '../acts/of-request.ts';
import { access, everyone, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, etagOf, expectedEditions, ifMatch, ifMatchProblems, staleEdition } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';

import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { requireOrganisation, unknownReference } from '../inventory/change.ts';
import { readBatteryDetail } from './detail.ts';
import { readModel } from './models.ts';
import { listBatteries, listMoves, readBattery, toBattery } from './queries.ts';
import { changeBattery, changeRefusal, createBattery, seenAt } from './write.ts';

const params = z.object({ code: packCode });

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags: ['batteries'],
  summary: 'Packs, by code',
  request: {
    query: pageQuery.extend({
      code: z
        .string()
        .regex(/^[0-9A-Z]{1,24}$/)
        .optional()
        .openapi({ description: 'Packs whose code begins so.', example: 'PLNPE50' }),
      station: stationId.optional().openapi({ description: 'Packs now in this station.' }),
      status: packStatus.optional(),
      place: placeKind.optional().openapi({ description: 'Packs now in a place of this kind.' }),
      vehicle: vin.optional().openapi({ description: 'The pack now in this vehicle.' }),
      model: batteryModelId.optional(),
      owner: organisationId.optional(),
    }),
  },
  responses: { 200: json(pageOf(battery), 'A page of packs.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{code}',
  tags: ['batteries'],
  summary: 'A pack with its custody history',
  request: { params },
  responses: {
    200: { ...json(batteryDetail, 'The pack.'), headers: etagHeader },
    ...problems('not-found'),
  },
});

const moves = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{code}/custody',
  tags: ['batteries'],
  summary: 'Every move of a pack, newest first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(custodyMove), 'A page of moves.'), ...problems('not-found', 'invalid-parameter') },
});

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags: ['batteries'],
  summary: 'Enter a pack',
  description:
    'It stands outside the stations until a movement or a station says otherwise. The code is judged by its structure (GB/T 34014).',
  request: { headers: idempotencyKey, body: jsonBody(newBattery) },
  responses: {
    201: { ...json(battery, 'The pack.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access(...managers, 'maintenance'),
  method: 'patch',
  path: '/{code}',
  tags: ['batteries'],
  summary: 'Change what is known of a pack: status, owner, model, firmware, state of health',
  description:
    'With the reason, which stays beside who gave it. A change that concerns dispatch counts before the next swap is decided.',
  request: { params, headers: ifMatch, body: jsonBody(batteryChange) },
  responses: {
    200: { ...json(battery, 'The pack as it is now.'), headers: etagHeader },
    ...problems('not-found', 'change-refused', ...ifMatchProblems, ...bodyProblems),
  },
});

export const batteryRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listBatteries(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const { code } = c.req.valid('param');
      const found = await readBatteryDetail(db, c.get('caller').scope, code);
      if (found === null) throw notFound('pack');
      return c.json(found, 200, { ETag: etagOf(found.edition) });
    })
    .openapi(moves, async (c) => {
      const { code } = c.req.valid('param');
      const { scope } = c.get('caller');
      const [found, page] = await Promise.all([
        readBattery(db, scope, code),
        listMoves(db, scope, code, c.req.valid('query')),
      ]);
      if (found === null) throw notFound('pack');
      return c.json(page, 200);
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => {
          await requireOrganisation(db, 'owner', body.owner, '/owner');
          if ((await readModel(db, body.model)) === null)
            throw unknownReference('/model', 'is not the id of a battery model');
          return createBattery(body, c.get('caller').key);
        },
        answer: async (row) => {
          if (row === null) {
            const current = await readBattery(db, c.get('caller').scope, body.code);
            throw new ApiError('already-exists', undefined, { current });
          }
          const place = {
            kind: body.at.kind,
            place: String(row.place),
            station: null,
            since: new Date(String(row.since)),
          };
          const made = toBattery(rowOf(batteries, row), place, 1);
          return c.json(made, 201, { Location: `/api/v1/batteries/${made.code}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(change, async (c) => {
      const { code } = c.req.valid('param');
      const body = c.req.valid('json');
      const { scope, key: by } = c.get('caller');
      const before = await readBattery(db, scope, code);
      if (before === null) throw notFound('pack');
      // After the question whether it is there, so that nobody learns of what is not theirs.
      const expected = expectedEditions(c);
      const refusal = changeRefusal(before, body);
      if (refusal !== null && (expected === null || expected.includes(before.edition)))
        throw new ApiError('change-refused', refusal, { current: before });
      await requireOrganisation(db, 'owner', body.owner, '/owner');
      const how = { by, expected, seenAt: await seenAt(db, before) };
      const row = refusal === null ? await runActed(c, db, changeBattery(before, body, how)) : null;
      const current = (await readBattery(db, scope, code)) ?? before;
      if (row === null) {
        if (expected !== null && !expected.includes(current.edition)) throw staleEdition(current, current.edition);
        throw new ApiError(
          'change-refused',
          'A swap has set the pack aside meanwhile, or it is something else by now.',
          {
            current,
          },
        );
      }
      return c.json(current, 200, { ETag: etagOf(current.edition) });
    });
