import { randomBytes } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { reservations } from '../../schema/tables/reservations.ts';
import {
  type Reservation,
  reservation,
  reservationBody,
  reservationChangeBody,
  reservationDetail,
  reservationKpi,
  reservationState,
} from '../../schema/wire/api/reservation.ts';
import { reservationId, stationId, vin } from '../../schema/wire/ids.ts';
import { outcomeRow } from '../acts/note.ts';
import { runActed } from '../acts/of-request.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import {
  answerOne,
  etagHeader,
  etagOf,
  expectedEditions,
  ifMatch,
  ifMatchProblems,
  ifNoneMatch,
  staleEdition,
} from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';

import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, instant, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { bookingOf, changeOf, noPromise } from './booking.ts';
import { createPromiser } from './promising.ts';
import { findReservation, listReservations, readKpi, readReservation, toReservation } from './queries.ts';
import { cancelReservation } from './store.ts';

const viewers = ['admin', 'operations', 'staff', 'fleet', 'regulator', 'service'] as const;
const bookers = ['admin', 'operations', 'staff', 'fleet', 'service'] as const;
const params = z.object({ id: reservationId });

const example = {
  vehicle: 'LNBSCB3F6JD100001',
  station: 'best',
  from: '2026-05-01T08:30:00Z',
  to: '2026-05-01T08:45:00Z',
  minSoc: 90,
} as const;

const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags: ['reservations'],
  summary: 'Reservations, the latest window first',
  description: 'A fleet sees its own, staff those at their stations.',
  request: {
    query: pageQuery.extend({
      station: stationId.optional(),
      vehicle: vin.optional(),
      fleet: z.string().max(64).optional(),
      state: reservationState.optional(),
      from: instant.optional().openapi({ description: 'Window begins at or after this instant.' }),
      to: instant.optional().openapi({ description: 'Window begins before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(reservation), 'A page of reservations.'), ...problems('invalid-parameter') },
});

const kpi = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/kpi',
  tags: ['reservations'],
  summary: 'Share of promises kept, by station and fleet',
  description: `Of the reservations that ended in the period: kept by kept and broken. A car that did not come, or cancelled, breaks no promise.`,
  request: {
    query: z.object({
      from: instant.optional().openapi({ description: 'Default: 30 days before `to`.' }),
      to: instant.optional().openapi({ description: 'Default: now.' }),
      station: stationId.optional(),
      fleet: z.string().max(64).optional(),
    }),
  },
  responses: { 200: json(reservationKpi, 'The share, in all and in parts.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{id}',
  tags: ['reservations'],
  summary: 'A reservation with what became of it',
  request: { params, headers: ifNoneMatch },
  responses: {
    200: { ...json(reservationDetail, 'The reservation.'), headers: etagHeader },
    304: { description: 'You have it.' },
    ...problems('not-found'),
  },
});

const make = createRoute({
  ...access(...bookers),
  method: 'post',
  path: '/',
  tags: ['reservations'],
  summary: 'Reserve a pack for a car',
  description: `Holds a pack that fits the car, or will be charged in time, and answers with it. A station that cannot promise one refuses with 409
\`no-promise\` and the best \`alternative\`; nothing is held there until you reserve it. Windows are wall-clock time, at most an hour long.`,
  request: {
    headers: idempotencyKey,
    body: { required: true, content: { 'application/json': { schema: reservationBody, example } } },
  },
  responses: {
    201: {
      ...json(reservation, 'Reserved; `promise` is the pack that is held.'),
      headers: {
        ...etagHeader,
        ...replayedHeader,
        Location: { description: 'Where the reservation is.', schema: { type: 'string' as const } },
      },
    },
    ...problems(
      'not-found',
      'no-promise',
      'lease-refused',
      'reservation-overlaps',
      ...idempotencyProblems,
      ...bodyProblems,
    ),
  },
});

const change = createRoute({
  ...access(...bookers),
  method: 'patch',
  path: '/{id}',
  tags: ['reservations'],
  summary: 'Give a reservation another window',
  description: 'The pack stays where it is ready in time, else another is held. When none can be, nothing changes.',
  request: { params, headers: ifMatch, body: jsonBody(reservationChangeBody) },
  responses: {
    200: { ...json(reservation, 'As it is now.'), headers: etagHeader },
    ...problems(
      'not-found',
      'no-promise',
      'reservation-overlaps',
      'reservation-over',
      ...ifMatchProblems,
      ...bodyProblems,
    ),
  },
});

const cancel = createRoute({
  ...access(...bookers),
  method: 'delete',
  path: '/{id}',
  tags: ['reservations'],
  summary: 'Cancel a reservation',
  description: 'The pack is free at once. The reservation stays on record, cancelled.',
  request: { params, headers: ifMatch },
  responses: {
    200: { ...json(reservation, 'Cancelled.'), headers: etagHeader },
    ...problems('not-found', 'reservation-over', ...ifMatchProblems),
  },
});

export interface ReservationRouteOptions {
  db: Database;
  desk: BayDesk;
  newReservationId?: () => string;
}

const randomReservationId = (): string => `r-${randomBytes(8).toString('hex')}`;

export const reservationRoutes = ({ db, desk, newReservationId = randomReservationId }: ReservationRouteOptions) => {
  const tools = { db, promiser: createPromiser(db, desk), newId: newReservationId };
  const answered = (row: Record<string, unknown>): Reservation => toReservation(rowOf(reservations, row));

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listReservations(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(kpi, async (c) => {
      const { from, to, ...filter } = c.req.valid('query');
      const end = to === undefined ? new Date() : new Date(to);
      const start = from === undefined ? new Date(end.getTime() - monthMs) : new Date(from);
      return c.json(await readKpi(db, c.get('caller').scope, { from: start, to: end, ...filter }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readReservation(db, c.get('caller').scope, c.req.valid('param').id);
      if (found === null) throw notFound('reservation');
      // Not by the edition, which only people raise: the planner changes it too.
      return answerOne(c, found);
    })
    .openapi(make, async (c) =>
      once(c, {
        effect: () => bookingOf(tools, c.get('caller'), c.req.valid('json')),
        done: written,
        answer: (row) => {
          if (!row?.held) {
            const lost = {
              station: c.req.valid('json').station,
              candidates: null,
              reason: 'allPromised',
              unfit: {},
            } as const;
            throw noPromise(lost, row?.alternative ?? null);
          }
          if (!row.reservation) throw new ApiError('reservation-overlaps');
          const made = answered(row.reservation);
          c.header('ETag', etagOf(made.edition));
          return c.json(made, 201, { Location: `/api/v1/reservations/${made.id}` });
        },
      }),
    )
    .openapi(change, async (c) => {
      const editions = expectedEditions(c);
      const before = await existing(c.req.valid('param').id, c.get('caller'));
      const row = await overlapNamed(async () =>
        runActed(c, db, await changeOf(tools, c.get('caller'), before, c.req.valid('json'), editions), written),
      );
      if (row?.reservation) return changedAnswer(answered(row.reservation));
      if (!row?.current) throw await refusedChange(before.id, c.get('caller'), editions);
      if (row.overlaps) throw new ApiError('reservation-overlaps');
      throw noPromise({ station: before.station, candidates: null, reason: 'allPromised', unfit: {} }, null);

      function changedAnswer(now: Reservation) {
        c.header('ETag', etagOf(now.edition));
        return c.json(now, 200);
      }
    })
    .openapi(cancel, async (c) => {
      const editions = expectedEditions(c);
      const { id, station, pack: had } = await existing(c.req.valid('param').id, c.get('caller'));
      const cancelled = cancelReservation({ id, station, had, editions, by: c.get('caller').key });
      const row = await runActed(c, db, cancelled, written);
      if (!row?.reservation) throw await refusedChange(id, c.get('caller'), editions);
      const now = answered(row.reservation);
      c.header('ETag', etagOf(now.edition));
      return c.json(now, 200);
    });

  async function existing(id: string, caller: ApiEnv['Variables']['caller']) {
    const found = await findReservation(db, caller.scope, id);
    if (found === null) throw notFound('reservation');
    return found;
  }

  async function refusedChange(id: string, caller: ApiEnv['Variables']['caller'], editions: number[] | null) {
    const now = await existing(id, caller);
    const current = toReservation(now);
    if (editions !== null && !editions.includes(now.edition)) return staleEdition(current, now.edition);
    return new ApiError('reservation-over', undefined, { current });
  }
};

/** There is one after the statement. */
const written = sql`${outcomeRow} -> 'reservation' <> 'null'::jsonb`;

const monthMs = 30 * 24 * 3_600_000;

/** Two changes at the same moment may both find no overlap; the constraint finds it then. */
async function overlapNamed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) {
      if ((e as { code?: string }).code === '23P01')
        throw new ApiError('reservation-overlaps', undefined, { cause: error });
    }
    throw error;
  }
}
