import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { adoptBody } from '../../schema/wire/api/action.ts';
import { type Station, station } from '../../schema/wire/api/station.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { actOf } from '../acts/of-request.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { idempotencyKey, idempotencyProblems, onceWith, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import type { BayDesk } from './bay-desk.ts';
import { readStation, wasJournalOf } from './queries.ts';

const adopt = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/journal/adopt',
  tags: ['stations'],
  summary: "Adopt the journal of a station's new controller",
  description: `A controller that was replaced speaks with a new journal, and nothing it says counts until staff adopt it: the old journal's
unread records are given up, and the next hello says where every pack is.`,
  request: { params: z.object({ id: stationId }), headers: idempotencyKey, body: jsonBody(adoptBody) },
  responses: {
    200: { ...json(station, 'Adopted. The station as it is now, also in a replay.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'journal-not-adoptable',
      'concurrent-change',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

export const journalRoutes = ({ db, desk }: { db: Database; desk: BayDesk }) =>
  new OpenAPIHono<ApiEnv>().openapi(adopt, (c) => {
    const { id } = c.req.valid('param');
    const { journalId, reason } = c.req.valid('json');
    return onceWith(c, {
      work: async (key) => {
        const before = await readStation(db, id);
        if (before === null) throw notFound('station');
        await requireAdoptable(db, before, journalId);
        const adopted = await desk.adopt(id, journalId, c.get('caller').key, { key, act: (await actOf(c))?.line });
        logOf(c).warn({ station: id, journalId, before: before.journalId, reason }, 'journal adopted');
        return adopted;
      },
      answer: async () => {
        const after = await readStation(db, id);
        if (after === null) throw notFound('station');
        return c.json(after, 200);
      },
    });
  });

async function requireAdoptable(db: Database, before: Station, journalId: string): Promise<void> {
  if (before.pendingJournalId !== journalId) {
    const waiting = before.pendingJournalId === null ? 'none waits' : `${before.pendingJournalId} waits`;
    throw new ApiError('journal-not-adoptable', `Journal ${journalId} does not wait to be adopted: ${waiting}.`);
  }
  if (await wasJournalOf(db, before.id, journalId)) {
    const why = 'it was adopted before, so its records are in the log already. Let the controller begin a new journal.';
    throw new ApiError('journal-not-adoptable', `Journal ${journalId} cannot be adopted: ${why}`);
  }
}
