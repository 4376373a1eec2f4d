import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { newSite, site, siteChange, siteId, siteTariff } from '../../schema/wire/api/second-life.ts';
import { runActed } from '../acts/of-request.ts';
import { access, managers } from '../api/access.ts';
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
  oneAnswer,
  staleEdition,
} from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import {
  changeSite,
  createSite,
  listSites,
  listSiteTariffs,
  readSite,
  requireSiteReferences,
  siteOf,
} from './sites.ts';
import { viewers } from './viewers.ts';

const tags = ['second life'];
const params = z.object({ id: siteId });

const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Sites where packs have their second life',
  description: 'An owner sees those where packs of its own stand.',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(site), 'A page of sites.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A second-life site',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(site, 'The site.'), ...problems('not-found') },
});

const tariffs = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{id}/tariffs',
  tags,
  summary: 'Under which tariff category a site buys its energy from which day on, the last first',
  description:
    'What has begun to count is never changed: a change of the site counts from the day after (Asia/Shanghai), and another on the same day takes its place.',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(siteTariff), 'A page of categories.'), ...problems('not-found', 'invalid-parameter') },
});

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Enter a second-life site: its connection to the grid and how it buys its energy',
  request: { headers: idempotencyKey, body: jsonBody(newSite) },
  responses: {
    201: { ...json(site, 'The site.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', 'tariff-unknown', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access(...managers),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Change a second-life site: names, limits, tariff category, station, controller',
  description: 'Limits and prices count for what is planned and read from then on.',
  request: { params, headers: ifMatch, body: jsonBody(siteChange) },
  responses: {
    200: { ...json(site, 'The site as it is now.'), headers: etagHeader },
    ...problems('not-found', 'tariff-unknown', ...ifMatchProblems, ...bodyProblems),
  },
});

export const secondLifeSiteRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json(await listSites(db, c.get('caller'), c.req.valid('query')), 200))
    .openapi(one, async (c) => {
      const found = await readSite(db, c.get('caller'), c.req.valid('param').id);
      if (found === null) throw notFound('site');
      return answerOne(c, found, found.edition);
    })
    .openapi(tariffs, async (c) => {
      const { id } = c.req.valid('param');
      if ((await readSite(db, c.get('caller'), id)) === null) throw notFound('site');
      return c.json(await listSiteTariffs(db, id, c.req.valid('query')), 200);
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      const caller = c.get('caller');
      return once(c, {
        effect: async () => {
          await requireSiteReferences(db, body);
          return createSite(body, caller.key);
        },
        answer: async (row) => {
          if (row === null)
            throw new ApiError('already-exists', undefined, { current: await readSite(db, caller, body.id) });
          const made = siteOf(row);
          return c.json(made, 201, {
            Location: `/api/v1/second-life-sites/${made.id}`,
            ETag: etagOf(made.edition),
          });
        },
      });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      const caller = c.get('caller');
      const before = await readSite(db, caller, id);
      if (before === null) throw notFound('site');
      const expected = expectedEditions(c);
      await requireSiteReferences(db, body);
      const row = await runActed(c, db, changeSite(id, body, { by: caller.key, expected }));
      if (row === null) {
        const current = (await readSite(db, caller, id)) ?? before;
        throw staleEdition(current, current.edition);
      }
      const changed = siteOf(row);
      return c.json(changed, 200, { ETag: etagOf(changed.edition) });
    });
