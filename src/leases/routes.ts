import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { leaseContextOf } from '../../machines/lease/step.ts';
import { addDays, beijingDay } from '../../machines/settlement/calendar.ts';
import type { ApiEnv } from '../api/context.ts';
import { answerOne, etagOf } from '../api/etag.ts';
import { once } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';
import {
  freeVehicle,
  overlapNamed,
  planChangeStatement,
  quoteStatement,
  requireFree,
  requireVehicle,
  type SteppedRow,
  stepStatement,
} from './desk.ts';
import * as route from './route-definitions.ts';
import { type LeaseAct, type LeaseRow, storedOf } from './step.ts';
import { findLease, leaseInTheWay, leaseOf, listLeases, readDetail } from './store.ts';

export interface LeaseRouteOptions {
  db: Database;
  /** Wall clock, UTC epoch ms. */
  now?: () => number;
  newLeaseId?: () => string;
}

/** The days for which a step wants a vehicle. */
interface Claim {
  id: string;
  vin: string;
  fromDay: string;
  untilDay: string | null;
}

const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

export const leaseRoutes = (options: LeaseRouteOptions) => {
  const { db, now = Date.now, newLeaseId = () => `l-${randomBytes(8).toString('hex')}` } = options;

  const actOf = (c: Context<ApiEnv>): LeaseAct => ({ by: c.get('caller').key, now: now() });

  async function found(c: Context<ApiEnv>, id: string): Promise<LeaseRow> {
    const row = await findLease(db, c.get('caller'), id);
    if (row === null) throw notFound('lease');
    return row;
  }

  const stepped = (c: Context<ApiEnv>, effect: () => Promise<Statement<SteppedRow>>) =>
    once(c, {
      effect,
      answer: (row) => {
        if (row === null) throw new ApiError('concurrent-change', 'Somebody else has changed the lease meanwhile.');
        const lease = leaseOf(row);
        return c.json(lease, 200, { ETag: etagOf(lease.edition) });
      },
    });

  const step = (c: Context<ApiEnv>, id: string, event: LeaseEvent) =>
    stepped(c, async () => stepStatement(await found(c, id), event, actOf(c)));

  /** A step that claims a vehicle: refused with the lease that has it. */
  function claiming(c: Context<ApiEnv>, id: string, event: LeaseEvent, claimOf: (row: LeaseRow) => Claim) {
    return overlapNamed(
      () =>
        stepped(c, async () => {
          const row = await found(c, id);
          const change = stepStatement(row, event, actOf(c));
          await requireFree(db, claimOf(row));
          return change;
        }),
      async () => leaseInTheWay(db, claimOf(await found(c, id))),
    );
  }

  return new OpenAPIHono<ApiEnv>()
    .openapi(route.list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listLeases(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(route.one, async (c) => {
      const lease = await readDetail(db, c.get('caller'), c.req.valid('param').id);
      if (lease === null) throw notFound('lease');
      return answerOne(c, lease, lease.edition);
    })
    .openapi(route.quote, (c) =>
      once(c, {
        effect: () => quoteStatement(db, { ...c.req.valid('json'), id: newLeaseId() }, actOf(c)),
        answer: (row) => {
          if (row === null) throw new ApiError('concurrent-change', 'The quote was not written.');
          const lease = leaseOf(row);
          return c.json(lease, 201, { Location: `/api/v1/leases/${lease.id}`, ETag: etagOf(lease.edition) });
        },
      }),
    )
    .openapi(route.activate, (c) => {
      const { id } = c.req.valid('param');
      const { fromDay = beijingDay(now()), untilDay = null } = c.req.valid('json');
      return claiming(c, id, { type: 'activate', fromDay, untilDay }, ({ vin }) => ({ id, vin, fromDay, untilDay }));
    })
    .openapi(route.withdraw, (c) =>
      step(c, c.req.valid('param').id, { type: 'withdraw', reason: c.req.valid('json').reason }),
    )
    .openapi(route.suspend, (c) =>
      step(c, c.req.valid('param').id, { type: 'suspend', reason: c.req.valid('json').reason }),
    )
    .openapi(route.resume, (c) =>
      step(c, c.req.valid('param').id, { type: 'resume', reason: c.req.valid('json').reason }),
    )
    .openapi(route.end, (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      if (body.override && c.get('caller').role !== 'admin')
        throw new ApiError('forbidden', 'Only an administrator may override the minimum term.');
      const event: LeaseEvent = { type: 'end', ...body };
      return claiming(c, id, event, ({ vin, fromDay }) => ({ id, vin, fromDay, untilDay: addDays(body.lastDay, 1) }));
    })
    .openapi(route.transfer, (c) => {
      const { id } = c.req.valid('param');
      const { vehicle, reason } = c.req.valid('json');
      const claimOf = (row: LeaseRow): Claim => {
        const { fromDay, untilDay } = leaseContextOf(storedOf(row));
        return { id, vin: vehicle, fromDay: later(fromDay, beijingDay(now())), untilDay };
      };
      return overlapNamed(
        () =>
          stepped(c, async () => {
            await requireVehicle(db, vehicle, '/vehicle');
            const row = await found(c, id);
            const change = stepStatement(row, { type: 'transfer', vin: vehicle, reason }, actOf(c));
            await requireFree(db, claimOf(row));
            return change;
          }),
        async () => leaseInTheWay(db, claimOf(await found(c, id))),
      );
    })
    .openapi(route.changePlan, (c) => {
      const { id } = c.req.valid('param');
      return stepped(c, async () => planChangeStatement(db, await found(c, id), c.req.valid('json'), actOf(c)));
    })
    .openapi(route.dispute, (c) =>
      step(c, c.req.valid('param').id, { type: 'dispute', dispute: c.req.valid('json').dispute }),
    )
    .openapi(route.resolveDispute, (c) =>
      step(c, c.req.valid('param').id, { type: 'disputeResolved', dispute: c.req.valid('json').dispute }),
    );
};

/** What a lease decides over vehicles. */
export const leaseVehicleRoutes = () =>
  new OpenAPIHono<ApiEnv>().openapi(route.withoutLease, (c) =>
    once(c, {
      effect: () => freeVehicle(c.req.valid('param').vin, c.get('caller').key),
      answer: (row) => {
        if (row === null) throw notFound('vehicle');
        return c.json({ vehicle: row.vin }, 200);
      },
    }),
  );
