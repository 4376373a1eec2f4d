import { createRoute, z } from '@hono/zod-openapi';
import {
  asset,
  assetActBody,
  assetChange,
  assetCode,
  assetEvent,
  assetFault,
  newAsset,
  secondLifePipeline,
  siteId,
} from '../../schema/wire/api/second-life.ts';
import { assetStates } from '../../schema/wire/cascade/asset.ts';
import { assetFunctions } from '../../schema/wire/cascade/grading.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { access, actors, managers } from '../api/access.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, ifMatch, ifMatchProblems, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, replayedHeader } from '../api/idempotency.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { viewers } from './viewers.ts';

const tags = ['second life'];
const params = z.object({ code: assetCode });
const headers = { ...etagHeader, ...replayedHeader };

export const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Second-life assets, by cascade code',
  description: 'An owner sees those made of its packs.',
  request: {
    query: pageQuery.extend({
      site: siteId.optional(),
      pack: packCode.optional().openapi({ description: 'The asset this pack has become.' }),
      state: z.enum(assetStates).optional(),
      function: z.enum(assetFunctions).optional(),
    }),
  },
  responses: { 200: json(pageOf(asset), 'A page of assets.'), ...problems('invalid-parameter') },
});

export const pipeline = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/pipeline',
  tags,
  summary: 'How many packs stand where on their way from traffic to the recycler',
  description: 'Each pack is in one number. An owner counts its own.',
  responses: { 200: json(secondLifePipeline, 'The counts.'), ...problems() },
});

export const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{code}',
  tags,
  summary: 'A second-life asset',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(asset, 'The asset.'), ...problems('not-found') },
});

export const events = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{code}/events',
  tags,
  summary: 'Every step of an asset, newest first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(assetEvent), 'A page of events.'), ...problems('not-found', 'invalid-parameter') },
});

export const make = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Give a retired pack its second life',
  description: `It gets a cascade code of its own (GB/T 34014), linked to the original for ever, and comes to the site. The pack is retired, out of
the stations, and graded for the function. Of two who do it at once one is refused, with the pack as it is in \`current\`.`,
  request: { headers: idempotencyKey, body: jsonBody(newAsset) },
  responses: {
    201: { ...json(asset, 'The asset, planned.'), headers },
    ...problems('not-found', 'change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const change = createRoute({
  ...access(...managers),
  method: 'patch',
  path: '/{code}',
  tags,
  summary: 'Change what an asset is and does, or take it to another site',
  description:
    'While it does no work. It is judged by the last grading of its pack; to another site its pack goes with it.',
  request: { params, headers: ifMatch, body: jsonBody(assetChange) },
  responses: {
    200: { ...json(asset, 'The asset as it is now.'), headers: etagHeader },
    ...problems('not-found', 'change-refused', ...ifMatchProblems, ...bodyProblems),
  },
});

export const act = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{code}/acts',
  tags,
  summary: 'Commission an asset, take it out, repair it, return it to service, end its life',
  description:
    'What it takes depends on its state: see `acts`, and the table in docs/second-life.md. Each leaves an event for ever.',
  request: { params, headers: idempotencyKey, body: jsonBody(assetActBody) },
  responses: {
    200: { ...json(asset, 'The asset as it is now.'), headers },
    ...problems('not-found', 'change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const fault = createRoute({
  ...access(...actors, 'service'),
  method: 'post',
  path: '/{code}/faults',
  tags,
  summary: 'Report a fault of an asset',
  description: `By a person or the controller of the site. The asset does no more work, and an alarm stands until it is repaired or its life has ended. A
thermal one is never forgiven: the pack is for the recycler.`,
  request: { params, headers: idempotencyKey, body: jsonBody(assetFault) },
  responses: {
    200: { ...json(asset, 'The asset, faulted.'), headers },
    ...problems('not-found', 'change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});
