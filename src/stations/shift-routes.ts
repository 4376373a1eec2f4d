import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stationPerson } from '../../schema/wire/api/log.ts';
import { shiftReport } from '../../schema/wire/api/shift.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf } from '../api/cursor.ts';
import { noticeIn } from '../api/language.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { instant, json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { readStationPeople } from './people.ts';
import { readStation } from './queries.ts';
import { readShiftReport } from './shift-report.ts';

const params = z.object({ id: stationId });
const longestMs = 24 * 3_600_000;

const people = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/people',
  tags: ['log'],
  summary: 'Who can be given an alarm or an incident of the station',
  description: 'Those bound to it and those who see all stations, by name; the first 200.',
  request: { params },
  responses: { 200: json(pageOf(stationPerson), 'All of them; one page.'), ...problems('not-found') },
});

const report = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/shift-report',
  tags: ['stations'],
  summary: 'What a shift hands over: swaps, packs, faults, alarms, open incidents, energy',
  description:
    'Of at most 24 hours. Swaps count by the instant when the car stood, charges by their end; packs and open incidents are those of now.',
  request: {
    params,
    query: z.strictObject({
      from: instant.openapi({ description: 'The shift begins.', example: '2026-08-10T22:00:00Z' }),
      to: instant.openapi({ description: 'The shift ends; not part of it.', example: '2026-08-11T06:00:00Z' }),
    }),
  },
  responses: { 200: json(shiftReport, 'The report.'), ...problems('not-found', 'invalid-parameter') },
});

export const shiftRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(people, async (c) => {
      const { id } = c.req.valid('param');
      if ((await readStation(db, id)) === null) throw notFound('station');
      return c.json({ items: await readStationPeople(db, id), nextCursor: null }, 200);
    })
    .openapi(report, async (c) => {
      const { from, to } = c.req.valid('query');
      const shift = { from: new Date(from), to: new Date(to) };
      const lengthMs = shift.to.getTime() - shift.from.getTime();
      if (lengthMs <= 0 || lengthMs > longestMs) {
        throw new ApiError('invalid-parameter', 'A shift ends after it begins, and within 24 hours.', {
          errors: [{ parameter: 'to', detail: 'must be after `from`, by at most 24 hours' }],
        });
      }
      const station = await readStation(db, c.req.valid('param').id);
      if (station === null) throw notFound('station');
      const found = await readShiftReport(db, station, shift);
      const inWords = {
        alarms: found.alarms.map((each) => noticeIn(c, each)),
        openIncidents: found.openIncidents.map((each) => noticeIn(c, each)),
      };
      return c.json({ ...found, ...inWords }, 200);
    });
