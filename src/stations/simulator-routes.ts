import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { simulatorAnswer, simulatorBody } from '../../schema/wire/api/simulator.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { acted } from '../acts/of-request.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { idempotencyKey, idempotencyProblems, onceWith, replayedHeader } from '../api/idempotency.ts';
import { runKeyed } from '../api/idempotency-store.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement, statement } from '../db/statement.ts';
import { readStation } from './queries.ts';
import type { SimulatorLink } from './simulator-link.ts';

const control = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/simulator',
  tags: ['stations'],
  summary: 'Tell a simulated station to have a fault, a taxi, another speed, a pressed button',
  request: { params: z.object({ id: stationId }), headers: idempotencyKey, body: jsonBody(simulatorBody) },
  responses: {
    200: { ...json(simulatorAnswer, "The simulator's report."), headers: replayedHeader },
    ...problems(
      'not-found',
      'station-not-simulated',
      'simulator-refused',
      'simulator-timeout',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

type Report = z.output<typeof simulatorAnswer>;

/** The report as the row of a statement that does nothing else. */
const reported = (report: Report): Statement<Report> =>
  statement({
    parts: {},
    result: sql`select j.* from jsonb_to_record(${JSON.stringify(report)}::text::jsonb)
      as j(v int, station text, id text, ok boolean, error text)`,
  });

export const simulatorRoutes = ({ db, simulator }: { db: Database; simulator: SimulatorLink }) =>
  new OpenAPIHono<ApiEnv>().openapi(control, (c) => {
    const { id } = c.req.valid('param');
    return onceWith(c, {
      work: async (key) => {
        const station = await readStation(db, id);
        if (station === null) throw notFound('station');
        if (!station.simulated) throw new ApiError('station-not-simulated', `${id} is a real station.`);
        const body = c.req.valid('json');
        const report = await simulator.control(id, body);
        logOf(c).info({ station: id, control: body.type, ok: report?.ok ?? null }, 'simulator control');
        if (report === null) throw new ApiError('simulator-timeout');
        if (!report.ok) throw new ApiError('simulator-refused', report.error ?? undefined);
        // The effect lies in another program: answer and line can only be kept after it, both or neither.
        const kept = await acted(c, reported(report));
        return key === null ? runStatement(db, kept) : runKeyed(db, key, kept);
      },
      answer: (report) => {
        if (report === null) throw new ApiError('simulator-timeout');
        return c.json(report, 200);
      },
    });
  });
