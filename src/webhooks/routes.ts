import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import { organisations } from '../../schema/tables/organisations.ts';
import { webhookDeliveries, webhookEndpoints } from '../../schema/tables/webhooks.ts';
import { runActed } from '../acts/of-request.ts';
import type { ApiEnv } from '../api/context.ts';
import { answerOne, etagOf, expectedEditions, staleEdition } from '../api/etag.ts';
import { once } from '../api/idempotency.ts';
import type { Caller } from '../api/keys.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { seal, unseal } from '../api/sealed.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { withSealed } from '../parties/once-shown.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listDeliveries,
  listEndpoints,
  readEndpoint,
  redeliver,
  rotateEndpointSecret,
  testEndpoint,
  toDelivery,
  toWebhook,
} from './endpoints.ts';
import * as routes from './route-definitions.ts';
import { webhookRules as rules } from './rules.ts';
import { newWebhookSecret } from './signature.ts';
import { refusalOf, type WebhookReach } from './targets.ts';

type Row = Record<string, unknown>;

export interface WebhookRouteOptions {
  db: Database;
  /** Where endpoints may be. */
  webhookReach?: WebhookReach;
}

const invalid = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid-body', `The body is not valid at ${pointer.slice(1)}: ${detail}`, {
    errors: [{ pointer, detail }],
  });

export const webhookRoutes = ({ db, webhookReach = 'public' }: WebhookRouteOptions) => {
  function requireReachable(url: string): void {
    const refusal = refusalOf(new URL(url), webhookReach);
    if (refusal !== null) throw invalid('/url', refusal);
  }

  async function found(caller: Caller, id: string) {
    const endpoint = await readEndpoint(db, caller, id);
    if (endpoint === null) throw notFound('webhook');
    return endpoint;
  }

  /** Whose a new endpoint is. Null: the operator's. */
  async function organisationFor(caller: Caller, wanted: string | undefined): Promise<string | null> {
    const manages = caller.role === 'admin' || caller.role === 'operations';
    if (wanted === undefined || wanted === caller.organisation) {
      if (!manages && caller.role !== 'service' && caller.organisation === null)
        throw new ApiError('forbidden', 'This key belongs to no organisation.');
      return caller.organisation;
    }
    if (!manages) throw invalid('/organisation', 'must be your own');
    const [row] = await db.select().from(organisations).where(eq(organisations.id, wanted));
    if (!row) throw invalid('/organisation', 'is no organisation');
    return wanted;
  }

  /** What it was refused for: it is not there, or disabled. */
  async function refuse(caller: Caller, id: string): Promise<never> {
    const endpoint = await found(caller, id);
    if (!endpoint.enabled) throw new ApiError('change-refused', 'The endpoint is disabled.', { current: endpoint });
    throw notFound('delivery');
  }

  const shown = (row: Row, secret: string) => ({
    ...toWebhook(rowOf(webhookEndpoints, row.endpoint as Row)),
    secret,
  });

  return new OpenAPIHono<ApiEnv>()
    .openapi(routes.list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listEndpoints(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(routes.create, (c) => {
      const body = c.req.valid('json');
      const caller = c.get('caller');
      const secret = newWebhookSecret();
      return once(c, {
        effect: async () => {
          requireReachable(body.url);
          const organisation = await organisationFor(caller, body.organisation);
          const id = `w-${randomBytes(8).toString('hex')}`;
          return withSealed(createEndpoint({ ...body, id, organisation, secret, by: caller.key }), seal(c, secret));
        },
        answer: (row) => {
          if (row === null)
            throw new ApiError(
              'change-refused',
              `An organisation has at most ${rules.endpointsPerOrganisation} endpoints.`,
            );
          const made = shown(row, row.sealed === null ? secret : unseal(c, String(row.sealed)));
          return c.json(made, 201, { Location: `/api/v1/webhooks/${made.id}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(routes.one, async (c) => {
      const endpoint = await found(c.get('caller'), c.req.valid('param').id);
      // Not by the edition, which only changes raise: what became of deliveries is in it too.
      return answerOne(c, endpoint) as never;
    })
    .openapi(routes.change, async (c) => {
      const { id } = c.req.valid('param');
      const caller = c.get('caller');
      const body = c.req.valid('json');
      await found(caller, id);
      const expected = expectedEditions(c);
      if (body.url !== undefined) requireReachable(body.url);
      const row = await runActed(c, db, changeEndpoint(db, caller, id, body, expected));
      if (row !== null) {
        const changed = toWebhook(rowOf(webhookEndpoints, row.endpoint as Row));
        return c.json(changed, 200, { ETag: etagOf(changed.edition) });
      }
      const current = await found(caller, id);
      throw staleEdition(current, current.edition);
    })
    .openapi(routes.remove, async (c) => {
      const { id } = c.req.valid('param');
      const caller = c.get('caller');
      await found(caller, id);
      if ((await runActed(c, db, deleteEndpoint(caller, id, expectedEditions(c)))) !== null) return c.body(null, 204);
      const current = await found(caller, id);
      throw staleEdition(current, current.edition);
    })
    .openapi(routes.rotate, (c) => {
      const { id } = c.req.valid('param');
      const secret = newWebhookSecret();
      return once(c, {
        effect: () => withSealed(rotateEndpointSecret(c.get('caller'), id, secret), seal(c, secret)),
        answer: (row) => {
          if (row === null) throw notFound('webhook');
          const made = shown(row, row.sealed === null ? secret : unseal(c, String(row.sealed)));
          return c.json(made, 200, { ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(routes.test, (c) => {
      const { id } = c.req.valid('param');
      const caller = c.get('caller');
      return once(c, {
        effect: () => testEndpoint(caller, id, randomBytes(16).toString('hex'), caller.key),
        answer: async (row) => {
          if (row === null) return refuse(caller, id);
          return c.json(toDelivery(rowOf(webhookDeliveries, row.delivery as Row)), 202);
        },
      });
    })
    .openapi(routes.deliveries, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const { id } = await found(c.get('caller'), c.req.valid('param').id);
      return c.json(await listDeliveries(db, id, filter, { limit, cursor }), 200);
    })
    .openapi(routes.again, (c) => {
      const { id, event } = c.req.valid('param');
      const caller = c.get('caller');
      return once(c, {
        effect: () => redeliver(caller, id, event),
        answer: async (row) => {
          if (row === null) return refuse(caller, id);
          return c.json(toDelivery(rowOf(webhookDeliveries, row.delivery as Row)), 202);
        },
      });
    });
};
