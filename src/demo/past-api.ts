import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../api/context.ts';
import { answerError } from '../api/edge.ts';
import { sha256 } from '../api/fingerprint.ts';
import { keepAnswers } from '../api/idempotency.ts';
import type { Caller } from '../api/keys.ts';
import { scopeOf } from '../api/scope.ts';
import { secondLifeAssetRoutes } from '../cascade/asset-routes.ts';
import { dispatchLogRoutes } from '../cascade/dispatch-log-routes.ts';
import { dispatchPlanRoutes } from '../cascade/dispatch-plan-routes.ts';
import { gradingRoutes } from '../cascade/grading-routes.ts';
import { recyclingRoutes } from '../cascade/recycling-routes.ts';
import { secondLifeSiteRoutes } from '../cascade/site-routes.ts';
import type { Database } from '../db/client.ts';
import { disputeRoutes } from '../disputes/routes.ts';
import { movementRoutes } from '../inventory/movement-routes.ts';
import { workOrderRoutes } from '../inventory/work-order-routes.ts';
import { paymentRoutes } from '../payments/routes.ts';
import type { Log } from '../platform/log.ts';
import { traceabilityRoutes } from '../traceability/routes.ts';

/** Something that was done at an instant of the past. */
export interface PastRequest {
  /** UTC epoch ms. */
  at: number;
  path: string;
  body: object | string;
}

export type PastApi = (request: PastRequest) => Promise<unknown>;

const operations = { role: 'operations', organisation: null, stations: null } as const;

/**
 * The API's own routes under a clock of the past: what people of the demo did before its first start is asked for, judged and stored as if they had
 * sent it then. Whatever was done before a kill is not done again: the request has a key, and what it made is in the way of making it again.
 */
export function createPastApi(db: Database, log: Log, by: string): PastApi {
  let clock = 0;
  const options = { db, log, now: () => clock };
  const caller: Caller = { ...operations, key: by, label: by, scopes: null, scope: scopeOf(operations) };
  const app = new OpenAPIHono<ApiEnv>();
  app.onError(answerError);
  app.use(async (c, next) => {
    c.set('log', log);
    c.set('logFields', { requestId: by });
    c.set('requestId', by);
    c.set('caller', caller);
    await next();
  }, keepAnswers(db));
  app
    .route('/movements', movementRoutes(options))
    .route('/work-orders', workOrderRoutes(options))
    .route('/traceability', traceabilityRoutes(options))
    .route('/gradings', gradingRoutes(options))
    .route('/second-life-sites', dispatchPlanRoutes(options))
    .route('/second-life-sites', dispatchLogRoutes(options))
    .route('/second-life-sites', secondLifeSiteRoutes(options))
    .route('/second-life-assets', secondLifeAssetRoutes(options))
    .route('/recyclings', recyclingRoutes(options))
    .route('/payments', paymentRoutes(options))
    .route('/disputes', disputeRoutes(options));

  return async ({ at, path, body }) => {
    clock = at;
    const isText = typeof body === 'string';
    const text = isText ? body : JSON.stringify(body);
    const headers = {
      'Content-Type': isText ? 'text/csv' : 'application/json',
      'Idempotency-Key': `"demo ${path} ${sha256(text).slice(0, 16)}"`,
    };
    const response = await app.request(path, { method: 'POST', headers, body: text });
    if (response.ok) return response.json();
    // It was done before a kill, longer ago than answers are kept.
    if (response.status === 409) return null;
    throw new Error(`the demo could not ${path}: ${response.status} ${await response.text()}`);
  };
}
