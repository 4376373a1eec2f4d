import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './context.ts';
import { json } from './route.ts';

export interface Check {
  ok: boolean;
  /** One sentence for people; no addresses, no secrets: anyone may read it. */
  detail: string;
}

/** Names of checks with their answers: schema, database, broker, leases. Never throws. */
export type ReadinessProbe = () => Promise<Record<string, Check>>;

const readiness = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
  })
  .openapi('Readiness');

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['operation'],
  summary: 'The process lives',
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'It answers.') },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['operation'],
  summary: 'The process can do its work: schema, database, broker, leases',
  responses: { 200: json(readiness, 'Ready.'), 503: json(readiness, 'Not ready; `checks` says why.') },
});

export const healthRoutes = ({ probe }: { probe: ReadinessProbe }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(healthz, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(readyz, async (c) => {
      const checks = await probe();
      const ready = Object.values(checks).every(({ ok }) => ok);
      return c.json({ ready, checks }, ready ? 200 : 503);
    });
