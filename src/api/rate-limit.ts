import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiEnv } from './context.ts';
import { ApiError } from './problem.ts';

const windowS = 60;

/**
 * So many requests a minute for each caller, with the header fields of draft-ietf-httpapi-ratelimit-headers-10. Counted in this process: behind
 * several the limit is that of each. 0: no limit.
 */
export function limitRate(perMinute: number): MiddlewareHandler<ApiEnv> {
  if (perMinute === 0) return (_, next) => next();
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowS });
  const policy = `"key";q=${perMinute};w=${windowS}`;
  return async (c, next) => {
    // Nobody is known before sign-in, which has limits of its own; the pages of an export are one request.
    const caller = c.get('caller') as { key: string } | undefined;
    if (caller === undefined || c.env?.page) return next();
    const used = await limiter.consume(caller.key).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const resetS = Math.max(1, Math.ceil(used.msBeforeNext / 1000));
    c.header('RateLimit-Policy', policy);
    c.header('RateLimit', `"key";r=${Math.max(0, used.remainingPoints)};t=${resetS}`);
    if (used.consumedPoints > perMinute) {
      throw new ApiError('rate-limited', `This caller has made its ${perMinute} requests of the minute.`, {
        headers: { 'Retry-After': String(resetS) },
      });
    }
    await next();
  };
}
