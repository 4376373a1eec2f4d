import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { type Movement, movement, movementBody } from '../../schema/wire/api/movement.ts';
import { packCode, safeText, stationId } from '../../schema/wire/ids.ts';
import { outcomeRow } from '../acts/note.ts';
import { access, everyone } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { instant, json, jsonBody, problems } from '../api/route.ts';
import { maySeeStation } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { type HeldPack, moveStatement, readMovement } from './move.ts';
import { listMovements } from './movement-queries.ts';
import { movementRefusal, placeOf } from './movement-rules.ts';

const move = createRoute({
  ...access('admin', 'operations', 'staff', 'maintenance', 'service'),
  method: 'post',
  path: '/',
  tags: ['inventory'],
  summary: 'Record that a person has taken a pack somewhere',
  description: `Outside a swap only: what a swap or an isolation has set aside, and what the machines carry, is refused. A slot, an isolation box and a
vehicle hold one pack. Of two movements of one pack at the same time one is recorded, the other answered with 409 and the place in \`current\`.
Who is bound to stations moves packs out of them, and takes in what comes to them from outside all stations.`,
  request: { headers: idempotencyKey, body: jsonBody(movementBody) },
  responses: {
    201: { ...json(movement, 'Recorded: the move as the custody history has it.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'movement-refused',
      'concurrent-change',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags: ['inventory'],
  summary: 'What people have moved, the newest record first',
  description: `Moves in swaps and those that stations report are not among them: see the custody history of a pack. A fleet sees the movements of the packs
now in its cars, an owner those of its packs, staff those at their stations.`,
  request: {
    query: pageQuery.extend({
      pack: packCode.optional(),
      station: stationId.optional().openapi({
        description: 'In whose log it stands: the station it came to, else the one it came from.',
      }),
      by: safeText(64).optional().openapi({ description: 'Who recorded it: id of a key, or `user:<id>`.' }),
      from: instant.optional().openapi({ description: 'Recorded at or after this instant.' }),
      to: instant.optional().openapi({ description: 'Recorded before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(movement), 'A page of movements.'), ...problems('invalid-parameter') },
});

interface Shown {
  kind: string;
  place: string;
  version: number;
}

const refused = (detail: string, { kind, place, version }: Shown): ApiError =>
  new ApiError('movement-refused', `${detail[0]?.toUpperCase()}${detail.slice(1)}.`, {
    current: { kind, place, version },
  });

/** A clock that is a little ahead is forgiven. */
const forgivenMs = 60_000;

function instantOf(held: HeldPack, at: string | undefined, now: number): string {
  const instant = at === undefined ? now : Date.parse(at);
  const current = { ...held.from, version: held.version };
  if (instant > now + forgivenMs) throw refused('a movement is recorded when it has been done', current);
  if (at !== undefined && instant < held.pack.since)
    throw refused(`the pack came to ${held.from.place} later than that`, current);
  return new Date(instant).toISOString();
}

export const movementRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listMovements(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(move, (c) => {
      const caller = c.get('caller');
      const body = c.req.valid('json');
      const { pack, reason } = body;
      const target = placeOf(body.to);
      const attempt = () =>
        once(c, {
          effect: async () => {
            if (target.station !== null && !maySeeStation(caller, target.station)) throw notFound('station');
            const held = await readMovement(db, caller, body);
            if (held === null) throw notFound('pack');
            const current = { ...held.from, version: held.version };
            if (body.from !== undefined && body.from !== held.from.place)
              throw refused(`the pack is not at ${body.from}`, current);
            const refusal = movementRefusal(held, body.to);
            if (refusal !== null) throw refused(refusal, current);
            return moveStatement(held, { ...body, by: caller.key, at: instantOf(held, body.at, now()) });
          },
          done: sql`${outcomeRow} ->> 'refusal' is null`,
          answer: (row) => {
            if (row === null) throw new ApiError('concurrent-change', 'The pack is not in the ledger any more.');
            if (row.refusal !== null) throw refused(row.refusal, row);
            const made: Movement = {
              pack,
              version: row.version + 1,
              from: { kind: row.kind as Movement['to']['kind'], place: row.place },
              to: { kind: target.kind as Movement['to']['kind'], place: target.place },
              station: row.station,
              eventN: row.event_n,
              bay: null,
              swap: null,
              cause: 'movement',
              by: caller.key,
              reason,
              reading: null,
              occurredAt: new Date(row.occurred_at ?? 0).toISOString(),
              recordedAt: new Date(row.recorded_at ?? 0).toISOString(),
            };
            return c.json(made, 201);
          },
        });
      return attempt().catch((error) => {
        // Another pack has come there between reading and writing: now it is seen there.
        if (!isTaken(error)) throw error;
        return attempt();
      });
    });

/** The ledger's own rule that a place holds one pack. */
function isTaken(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if ('code' in e && e.code === '23P01') return true;
  return false;
}
