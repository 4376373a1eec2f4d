import { createRoute, z } from '@hono/zod-openapi';
import {
  newWebhook,
  webhook,
  webhookChange,
  webhookDelivery,
  webhookDeliveryState,
  webhookEventId,
  webhookId,
  webhookWithSecret,
} from '../../schema/wire/api/webhook.ts';
import { access } from '../api/access.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, ifMatch, ifMatchProblems, ifNoneMatch } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, replayedHeader } from '../api/idempotency.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';

const keepers = ['admin', 'operations', 'fleet', 'owner', 'service'] as const;
const params = z.object({ id: webhookId });
const tags = ['webhooks'];

export const list = createRoute({
  ...access(...keepers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Webhook endpoints, by id',
  description: 'Without their secrets. Everybody sees those of their organisation, the operator all.',
  request: {
    query: pageQuery.extend({
      organisation: z.string().max(64).optional(),
      enabled: z.stringbool().optional().openapi({ type: 'boolean' }),
    }),
  },
  responses: { 200: json(pageOf(webhook), 'A page of endpoints.'), ...problems('invalid-parameter') },
});

export const create = createRoute({
  ...access(...keepers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Add an endpoint; its secret is shown this once',
  description: `It is told of what concerns its organisation from now on; the operator's of everything. How messages look, are signed and are sent again
stands in \`docs/webhooks.md\`.`,
  request: {
    headers: idempotencyKey,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: newWebhook,
          example: {
            url: 'https://fleet.example.com/hooks/pitlane',
            types: ['pitlane.reservation.lost.v1', 'pitlane.swap.completed.v1'],
            description: 'dispatch',
          },
        },
      },
    },
  },
  responses: {
    201: {
      ...json(webhookWithSecret, 'The endpoint with its secret.'),
      headers: { ...replayedHeader, ...etagHeader },
    },
    ...problems('change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const one = createRoute({
  ...access(...keepers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A webhook endpoint',
  request: { params, headers: ifNoneMatch },
  responses: {
    200: { ...json(webhook, 'The endpoint, without its secret.'), headers: etagHeader },
    304: { description: 'You have it.' },
    ...problems('not-found'),
  },
});

export const change = createRoute({
  ...access(...keepers),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Change, disable or enable an endpoint',
  description:
    'What happens while it is disabled is not sent later; what was under way goes on when it is enabled again.',
  request: { params, headers: ifMatch, body: jsonBody(webhookChange) },
  responses: {
    200: { ...json(webhook, 'The endpoint as it is now.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems, ...bodyProblems),
  },
});

export const remove = createRoute({
  ...access(...keepers),
  method: 'delete',
  path: '/{id}',
  tags,
  summary: 'Delete an endpoint',
  description: 'What is under way to it is not sent any more.',
  request: { params, headers: ifMatch },
  responses: { 204: { description: 'Gone.' }, ...problems('not-found', ...ifMatchProblems) },
});

export const rotate = createRoute({
  ...access(...keepers),
  method: 'post',
  path: '/{id}/secret',
  tags,
  summary: 'Give an endpoint another secret, shown this once',
  description: 'Messages are signed with both for 24 hours.',
  request: { params, headers: idempotencyKey },
  responses: {
    200: {
      ...json(webhookWithSecret, 'The endpoint with its new secret.'),
      headers: { ...replayedHeader, ...etagHeader },
    },
    ...problems('not-found', ...idempotencyProblems),
  },
});

export const test = createRoute({
  ...access(...keepers),
  method: 'post',
  path: '/{id}/test',
  tags,
  summary: 'Send an endpoint a test event',
  description: 'A `pitlane.webhook.test.v1`, whatever types it wants. What became of it stands in the deliveries.',
  request: { params, headers: idempotencyKey },
  responses: {
    202: { ...json(webhookDelivery, 'On its way.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', ...idempotencyProblems),
  },
});

export const deliveries = createRoute({
  ...access(...keepers),
  method: 'get',
  path: '/{id}/deliveries',
  tags,
  summary: 'What was sent to an endpoint, the newest first',
  description: 'With the last attempts of each. Kept for 30 days.',
  request: { params, query: pageQuery.extend({ state: webhookDeliveryState.optional() }) },
  responses: {
    200: json(pageOf(webhookDelivery), 'A page of deliveries.'),
    ...problems('not-found', 'invalid-parameter'),
  },
});

export const again = createRoute({
  ...access(...keepers),
  method: 'post',
  path: '/{id}/deliveries/{event}/redeliver',
  tags,
  summary: 'Send an event again',
  description: 'Under the same id, whatever became of it before, and with retries as at first.',
  request: { params: params.extend({ event: webhookEventId }), headers: idempotencyKey },
  responses: {
    202: { ...json(webhookDelivery, 'On its way.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', ...idempotencyProblems),
  },
});
