import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { Histogram, type Registry } from 'prom-client';
import { access } from './access.ts';
import type { ApiEnv } from './context.ts';
import { problems } from './route.ts';

/** Times every request by method, route (the pattern, never the path: ids would make a series each) and status. */
export function requestMetrics(registry: Registry): MiddlewareHandler<ApiEnv> {
  const seconds = new Histogram({
    name: 'pitlane_http_request_seconds',
    help: 'Time from request to response headers.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return async (c, next) => {
    if (c.env?.page) return next();
    const stop = seconds.startTimer();
    await next();
    stop({ method: c.req.method, route: routePath(c, -1), status: c.res.status });
  };
}

const metrics = createRoute({
  ...access('admin', 'operations', 'staff', 'service'),
  method: 'get',
  path: '/metrics',
  tags: ['operation'],
  summary: 'Metrics in the Prometheus text format',
  responses: {
    200: { description: 'All metrics of this process.', content: { 'text/plain': { schema: z.string() } } },
    ...problems(),
  },
});

export const metricsRoutes = ({ registry }: { registry: Registry }) =>
  new OpenAPIHono<ApiEnv>().openapi(metrics, async (c) =>
    c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
