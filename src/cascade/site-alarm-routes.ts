import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { acknowledgeBody, assignBody } from '../../schema/wire/api/action.ts';
import { stationPerson } from '../../schema/wire/api/log.ts';
import { siteId } from '../../schema/wire/api/second-life.ts';
import { siteAlarm, siteAlarmId } from '../../schema/wire/api/site-alarm.ts';
import { access, actors, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, replayedHeader } from '../api/idempotency.ts';
import { noticeIn } from '../api/language.ts';
import { notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { findStationPerson, readStationPeople } from '../stations/people.ts';
import { settleOnce, settleProblems } from '../stations/settle-once.ts';
import { needDispatchSite } from './dispatch-site.ts';
import {
  acknowledgeSiteAlarm,
  assignSiteAlarm,
  listSiteAlarms,
  readSiteAlarm,
  readStationOf,
  siteAlarmOf,
} from './site-alarms.ts';

const tags = ['second life'];
const siteParams = z.object({ id: siteId });
const active = z.enum(['true', 'false']).optional().openapi({ description: 'Whether it stands.' });
const answers = {
  200: { ...json(siteAlarm, 'The alarm as it is now.'), headers: replayedHeader },
  ...problems(...settleProblems),
};

const all = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Alarms of second-life sites, the last raised first',
  description: `Beyond a limit, off the plan, and assets that are faulted at a site without a station; where it has one, the fault is an alarm of the station.
Each raising is an alarm of its own.`,
  request: { query: pageQuery.extend({ site: siteId.optional(), active }) },
  responses: { 200: json(pageOf(siteAlarm), 'A page of alarms.'), ...problems('invalid-parameter') },
});

const ofSite = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/alarms',
  tags,
  summary: 'What is wrong at a site, and was; the last raised first',
  request: { params: siteParams, query: pageQuery.extend({ active }) },
  responses: { 200: json(pageOf(siteAlarm), 'A page of alarms.'), ...problems('not-found', 'invalid-parameter') },
});

const people = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/people',
  tags,
  summary: 'Who can be given an alarm of the site',
  description:
    'Where it stands at a station: those bound to that and those who see all stations; else all who may act. By name; the first 200.',
  request: { params: siteParams },
  responses: { 200: json(pageOf(stationPerson), 'All of them; one page.'), ...problems('not-found') },
});

const acknowledge = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/acknowledge',
  tags,
  summary: 'Say that somebody has seen an alarm of a site',
  description:
    'It stands until its cause is gone. Risen to a higher level it is to be acknowledged again; raised again it is another alarm.',
  request: { params: z.object({ id: siteAlarmId }), headers: idempotencyKey, body: jsonBody(acknowledgeBody) },
  responses: answers,
});

const assign = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/assign',
  tags,
  summary: 'Say who sees to an alarm of a site',
  description:
    'One of the people of the site (`GET /second-life-sites/{id}/people`), or `null` for nobody. Of two at once one wins, the other is shown who has it.',
  request: { params: z.object({ id: siteAlarmId }), headers: idempotencyKey, body: jsonBody(assignBody) },
  responses: answers,
});

const standing = (wanted: 'true' | 'false' | undefined) => (wanted === undefined ? undefined : wanted === 'true');

/** The alarms of all sites, and what people do with them. */
export const siteAlarmRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(all, async (c) => {
      const { limit, cursor, site, active } = c.req.valid('query');
      const page = await listSiteAlarms(db, { site, active: standing(active) }, { limit, cursor });
      return c.json({ ...page, items: page.items.map((each) => noticeIn(c, each)) }, 200);
    })
    .openapi(acknowledge, (c) => {
      const { note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'alarm',
        read: () => readSiteAlarm(db, c.req.valid('param').id),
        change: (before) => acknowledgeSiteAlarm(before, { by: c.get('caller').key, note }),
        answer: (row) => c.json(noticeIn(c, siteAlarmOf(row)), 200),
      });
    })
    .openapi(assign, (c) => {
      const { to, note = null } = c.req.valid('json');
      return settleOnce(c, {
        what: 'alarm',
        read: () => readSiteAlarm(db, c.req.valid('param').id),
        change: async (before) => {
          if (to !== null && (await findStationPerson(db, await readStationOf(db, before.site), to)) === null)
            throw notFound('user');
          return assignSiteAlarm(before, { to, note });
        },
        answer: (row) => c.json(noticeIn(c, siteAlarmOf(row)), 200),
      });
    });

/** Under a site: its alarms, and who sees to them. */
export const alarmsOfSiteRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(ofSite, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor, active } = c.req.valid('query');
      await needDispatchSite(db, id);
      const page = await listSiteAlarms(db, { site: id, active: standing(active) }, { limit, cursor });
      return c.json({ ...page, items: page.items.map((each) => noticeIn(c, each)) }, 200);
    })
    .openapi(people, async (c) => {
      const { id } = c.req.valid('param');
      await needDispatchSite(db, id);
      return c.json({ items: await readStationPeople(db, await readStationOf(db, id)), nextCursor: null }, 200);
    });
