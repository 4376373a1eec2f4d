import { createRoute, z } from '@hono/zod-openapi';
import { organisationId } from '../../schema/wire/api/access.ts';
import {
  activateBody,
  disputeBody,
  endBody,
  lease,
  leaseDetail,
  leaseId,
  leaseState,
  planChangeBody,
  quoteBody,
  reasonBody,
  transferBody,
} from '../../schema/wire/api/lease.ts';
import { planId } from '../../schema/wire/api/plan.ts';
import { vin } from '../../schema/wire/ids.ts';
import { access, leaseViewers, managers } from '../api/access.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, replayedHeader, requiredIdempotencyKey } from '../api/idempotency.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';

const params = z.object({ id: leaseId });
const tags = ['leases'];

export const list = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Leases',
  description: 'A fleet sees those it pays, an owner those on its packs.',
  request: {
    query: pageQuery.extend({
      vehicle: vin.optional(),
      lessee: organisationId.optional(),
      plan: planId.optional(),
      state: leaseState.optional(),
    }),
  },
  responses: { 200: json(pageOf(lease), 'A page of leases.'), ...problems('invalid-parameter') },
});

export const one = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A lease with its history',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(leaseDetail, 'The lease.'), ...problems('not-found') },
});

const headers = { ...etagHeader, ...replayedHeader };
const refusals = [
  'lease-refused',
  'lease-overlaps',
  'concurrent-change',
  ...bodyProblems,
  ...idempotencyProblems,
] as const;

export const quote = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Quote a lease of a vehicle',
  description: 'On a version of a plan, the newest unless said. It binds nobody until it is activated.',
  request: { headers: requiredIdempotencyKey, body: jsonBody(quoteBody) },
  responses: { 201: { ...json(lease, 'The lease.'), headers }, ...problems(...refusals) },
});

const act = <P extends string, T extends z.ZodType>(path: P, body: T, summary: string, description: string) =>
  createRoute({
    ...access(...managers),
    method: 'post',
    path: `/{id}/${path}`,
    tags,
    summary,
    description,
    request: { params, headers: idempotencyKey, body: jsonBody(body) },
    responses: {
      200: { ...json(lease, 'The lease as it is now.'), headers },
      ...problems('not-found', ...refusals),
    },
  });

export const activate = act(
  'activate',
  activateBody,
  'Begin a lease that was quoted',
  'From today or a later day. A vehicle has one lease at a time: of two at once one begins, the other is refused (409) with the one in the way.',
);
export const withdraw = act('withdraw', reasonBody, 'Withdraw a quote', 'Of a running lease: end it.');
export const suspend = act(
  'suspend',
  reasonBody,
  'Suspend a lease',
  'The next swap of its vehicle is stopped before unlocking; one that has begun is finished.',
);
export const resume = act('resume', reasonBody, 'Resume a suspended lease', 'Debts and disputes are as they were.');
export const end = act(
  'end',
  endBody,
  'End a lease on a day',
  'It runs until the end of its last day. Before the minimum term is over it is refused with the day on which it may end; an administrator may override that.',
);
export const transfer = act(
  'transfer',
  transferBody,
  'Move a lease to another vehicle',
  'From now on. The vehicle it leaves needs another lease to be swapped, unless it is said to be one without.',
);
export const changePlan = act(
  'change-plan',
  planChangeBody,
  'Change the plan of a lease from a day to come',
  'To another version, or another plan of the same owner. The month is shared by the day. One that was agreed before and has not begun gives way.',
);
export const dispute = act(
  'dispute',
  disputeBody,
  'Note a dispute',
  'While it is open, debts do not stop the swaps of the vehicle.',
);
export const resolveDispute = act(
  'resolve-dispute',
  disputeBody,
  'Note that a dispute is resolved',
  'Debts count again.',
);

export const withoutLease = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{vin}/without-lease',
  tags: ['vehicles'],
  summary: 'Say that a vehicle is swapped without a lease',
  description:
    'After its last lease a vehicle is refused until it has a new one, or until this is said; it then pays the walk-in plan.',
  request: { params: z.object({ vin }), headers: idempotencyKey },
  responses: {
    200: { ...json(z.object({ vehicle: vin }), 'It is a vehicle without lease.'), headers: replayedHeader },
    ...problems('not-found', ...idempotencyProblems),
  },
});
