import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActionRequest } from '../../machines/contract.ts';
import { bayStates } from '../../machines/view.ts';
import { type ActionBody, actionBody } from '../../schema/wire/api/action.ts';
import { command } from '../../schema/wire/api/command.ts';
import { bay, bayMachines } from '../../schema/wire/api/station.ts';
import { bayId, stationId } from '../../schema/wire/ids.ts';
import { actOf } from '../acts/of-request.ts';
import { access, actors, overseers, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, onceWith, replayedHeader } from '../api/idempotency.ts';
import { bayIn } from '../api/language.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import { maskBay, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { fleetsOwn } from '../swaps/queries.ts';
import type { Acted, ActionRefused, BayDesk } from './bay-desk.ts';
import { actionIdOf, asQueued, readCommand } from './command-queries.ts';
import { commandPath } from './command-routes.ts';
import { readStation } from './queries.ts';

const station = z.object({ id: stationId });
const stationBay = z.object({ id: stationId, bay: bayId });

const list = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/{id}/bays',
  tags: ['stations'],
  summary: 'The bays of a station: what they do, what they wait for, what may be done',
  request: { params: station },
  responses: { 200: json(pageOf(bay), 'All bays, by number; one page.'), ...problems('not-found') },
});

const one = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/{id}/bays/{bay}',
  tags: ['stations'],
  summary: 'A bay',
  request: { params: stationBay },
  responses: { ...oneAnswer(bay, 'The bay.'), ...problems('not-found') },
});

const machines = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/bays/{bay}/machines',
  tags: ['stations'],
  summary: 'Where the machines of a bay are in their state charts',
  description:
    'For a drawing beside the bay. What a bay does and takes now is said by the bay itself; names of inner states may change.',
  request: { params: stationBay },
  responses: { 200: json(bayMachines, 'The active states.'), ...problems('not-found') },
});

const act = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/bays/{bay}/actions',
  tags: ['stations'],
  summary: 'Act on a bay',
  description: `The bay takes the action in the commit this answers for; what the station then does is seen at the command, whose delivery state
goes on from \`queued\`. An action that needs no command to the station answers with itself, completed.`,
  request: { params: stationBay, headers: idempotencyKey, body: jsonBody(actionBody) },
  responses: {
    202: {
      ...json(command, 'Taken. The command it led to, or the action itself.'),
      headers: {
        ...replayedHeader,
        Location: { description: 'Where the command is.', schema: { type: 'string' as const } },
      },
    },
    ...problems(
      'not-found',
      'action-not-allowed',
      'concurrent-change',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

export const bayRoutes = ({ db, desk }: { db: Database; desk: BayDesk }) => {
  const baysOf = async (scope: Scope, id: string) => {
    const [found, bays] = await Promise.all([readStation(db, id), desk.readBays([id])]);
    if (found === null) throw notFound('station');
    const isOwn = await fleetsOwn(db, scope, id);
    return isOwn ? bays.map((each) => maskBay(each, isOwn)) : bays;
  };
  const bayOf = async (scope: Scope, id: string, number: string) => {
    const found = (await baysOf(scope, id)).find((each) => each.bay === number);
    if (found === undefined) throw notFound('bay');
    return found;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const items = await baysOf(c.get('caller').scope, c.req.valid('param').id);
      return c.json({ items: items.map((each) => bayIn(c, each)), nextCursor: null }, 200);
    })
    .openapi(one, async (c) => {
      const { id, bay: number } = c.req.valid('param');
      return answerOne(c, bayIn(c, await bayOf(c.get('caller').scope, id, number)));
    })
    .openapi(machines, async (c) => {
      const { id, bay: number } = c.req.valid('param');
      const [sight] = await desk.readStates([id], []);
      const found = sight ? bayStates(sight.state, number) : null;
      if (found === null) throw notFound('bay');
      return c.json({ station: id, bay: number, ...found }, 200);
    })
    .openapi(act, (c) => {
      const { id, bay: number } = c.req.valid('param');
      return onceWith(c, {
        work: async (key): Promise<Acted> => {
          await bayOf(c.get('caller').scope, id, number);
          const request = toRequest(number, c.req.valid('json'), c.get('caller').key);
          const { eventN, action } = await desk.act(id, request, { key, act: (await actOf(c))?.line });
          logOf(c).info({ station: id, bay: number, action: request.action, accepted: action.accepted }, 'bay action');
          if (!action.accepted) throw refused(action);
          return { eventN, action };
        },
        answer: async (taken) => {
          if (taken === null) throw new Error('an action has no outcome');
          const { action, eventN } = taken;
          if (!action.accepted) throw refused(action);
          const commandId = action.commandId ?? actionIdOf(id, number, eventN ?? 0);
          const found = await readCommand(db, commandId);
          if (found === null) throw new Error('an accepted action has left no trace');
          return c.json(asQueued(found), 202, { Location: commandPath(found.id) });
        },
      });
    });
};

const refused = ({ reason, allowed }: ActionRefused) => new ApiError('action-not-allowed', reason, { allowed });

function toRequest(number: string, { action, reason, resolution, pack }: ActionBody, by: string): ActionRequest {
  return {
    bay: number,
    action,
    reason,
    by,
    ...(resolution === undefined ? {} : { resolution }),
    ...(pack === undefined ? {} : { pack }),
  };
}
