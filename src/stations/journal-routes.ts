import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { adoptBody } from '../../schema/wire/api/action.ts';
import { station } from '../../schema/wire/api/station.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError, notFound } from '../api/problem.ts';
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
  request: { params: z.object({ id: stationId }), body: jsonBody(adoptBody) },
  responses: {
    200: json(station, 'Adopted. The station with its new journal.'),
    ...problems(
      'not-found',
      'journal-not-adoptable',
      'concurrent-change',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
    ),
  },
});

export const journalRoutes = ({ db, desk }: { db: Database; desk: BayDesk }) =>
  new OpenAPIHono<ApiEnv>().openapi(adopt, async (c) => {
    const { id } = c.req.valid('param');
    const { journalId, reason } = c.req.valid('json');
    const before = await readStation(db, id);
    if (before === null) throw notFound('station');
    if (before.pendingJournalId !== journalId) {
      const waiting = before.pendingJournalId === null ? 'none waits' : `${before.pendingJournalId} waits`;
      throw new ApiError('journal-not-adoptable', `Journal ${journalId} does not wait to be adopted: ${waiting}.`);
    }
    if (await wasJournalOf(db, id, journalId)) {
      const why =
        'it was adopted before, so its records are in the log already. Let the controller begin a new journal.';
      throw new ApiError('journal-not-adoptable', `Journal ${journalId} cannot be adopted: ${why}`);
    }
    await desk.adopt(id, journalId, c.get('caller').key);
    c.get('log').warn({ station: id, journalId, before: before.journalId, reason }, 'journal adopted');
    const after = await readStation(db, id);
    if (after === null) throw notFound('station');
    return c.json(after, 200);
  });
