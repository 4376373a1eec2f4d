import { createRoute, z } from '@hono/zod-openapi';
import {
  anyBatteryCode,
  batteryCondition,
  batteryLife,
  calendarBody,
  calendarDay,
  confirmBody,
  lifeEvent,
  lifeEventType,
  lifeReport,
  reportBody,
  traceSummary,
} from '../../schema/wire/api/traceability.ts';
import { packCode, stationId } from '../../schema/wire/ids.ts';
import { access } from '../api/access.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, ifNoneMatch } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, replayedHeader } from '../api/idempotency.ts';
import { bodyProblems, instant, json, jsonBody, problems } from '../api/route.ts';

const tags = ['traceability'];
const readers = access('admin', 'operations', 'regulator', 'owner', 'service');
const overseers = access('admin', 'operations', 'regulator', 'service');
const reporters = access('admin', 'operations', 'service');

const example = 'PLNPE50VC4SD0SE1R0000007';
const id = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const events = createRoute({
  ...readers,
  method: 'get',
  path: '/events',
  tags,
  summary: 'Steps in the lives of packs, newest first',
  description:
    'Every install, removal, retirement, grading, step of a second life and recycling, with the clock of its report. An owner sees those of its packs.',
  request: {
    query: pageQuery.extend({
      code: anyBatteryCode.optional().openapi({ description: 'Either code of a pack.' }),
      type: lifeEventType.optional(),
      station: stationId.optional(),
      from: instant.optional().openapi({ description: 'Occurred then or later.' }),
      to: instant.optional().openapi({ description: 'Occurred before.' }),
      report: id.optional().openapi({ description: 'Those that a report carries: the file for the platform.' }),
    }),
  },
  responses: { 200: json(pageOf(lifeEvent), 'A page of events.'), ...problems('invalid-parameter') },
});

export const summary = createRoute({
  ...overseers,
  method: 'get',
  path: '/summary',
  tags,
  summary: 'How the clocks stand: what is open, and what is overdue',
  responses: { 200: json(traceSummary, 'The clocks.'), ...problems() },
});

export const calendar = createRoute({
  ...overseers,
  method: 'get',
  path: '/calendar',
  tags,
  summary: 'Working days and holidays that people have entered',
  description: 'They count over those the program knows. `calendarKnownUntil` in the summary says how far that goes.',
  responses: { 200: json(pageOf(calendarDay), 'All of them, one page.'), ...problems() },
});

export const enter = createRoute({
  ...reporters,
  method: 'post',
  path: '/calendar',
  tags,
  summary: 'Enter a holiday or a make-up working day',
  description: 'The clocks that still run are dated anew. A day that is entered again is replaced.',
  request: { headers: idempotencyKey, body: jsonBody(calendarBody) },
  responses: {
    201: { ...json(calendarDay, 'The day.'), headers: replayedHeader },
    ...problems(...bodyProblems, ...idempotencyProblems),
  },
});

export const reports = createRoute({
  ...overseers,
  method: 'get',
  path: '/reports',
  tags,
  summary: 'Reports to the national platform, newest first',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(lifeReport), 'A page of reports.'), ...problems('invalid-parameter') },
});

export const prepare = createRoute({
  ...reporters,
  method: 'post',
  path: '/reports',
  tags,
  summary: 'Put the events that nobody has reported yet into a report',
  description:
    'Fetch them by `traceability/events?report=` as JSON, NDJSON or CSV, hand them in, and confirm with the number the platform gives. Until then the clocks run.',
  request: { headers: idempotencyKey, body: jsonBody(reportBody) },
  responses: {
    201: { ...json(lifeReport, 'The report.'), headers: replayedHeader },
    ...problems('nothing-to-report', ...bodyProblems, ...idempotencyProblems),
  },
});

export const report = createRoute({
  ...overseers,
  method: 'get',
  path: '/reports/{id}',
  tags,
  summary: 'A report',
  request: { params: z.object({ id }), headers: ifNoneMatch },
  responses: {
    200: { ...json(lifeReport, 'The report.'), headers: etagHeader },
    304: { description: 'You have it.' },
    ...problems('not-found'),
  },
});

export const confirm = createRoute({
  ...reporters,
  method: 'post',
  path: '/reports/{id}/confirm',
  tags,
  summary: 'Say that the platform has taken a report',
  request: { params: z.object({ id }), headers: idempotencyKey, body: jsonBody(confirmBody) },
  responses: {
    200: { ...json(lifeReport, 'The report; the clocks of its events have stopped.'), headers: replayedHeader },
    ...problems('not-found', 'already-settled', ...bodyProblems, ...idempotencyProblems),
  },
});

export const life = createRoute({
  ...readers,
  method: 'get',
  path: '/{code}',
  tags,
  summary: 'The life of a pack, by either of its codes',
  request: { params: z.object({ code: anyBatteryCode.meta({ examples: [example] }) }) },
  responses: { 200: json(batteryLife, 'Its life.'), ...problems('not-found') },
});

export const condition = createRoute({
  ...readers,
  method: 'get',
  path: '/{code}/battery-condition',
  tags,
  summary: 'Condition of a pack in the words of the BatteryPass data model',
  description: '`batteryCondition` of BatteryPass 1.2 (DIN DKE SPEC 99100), of what stations measure.',
  request: { params: z.object({ code: packCode.meta({ examples: [example] }) }) },
  responses: { 200: json(batteryCondition, 'Its condition.'), ...problems('not-found') },
});
