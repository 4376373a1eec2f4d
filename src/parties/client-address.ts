import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { ApiEnv } from '../api/context.ts';

/**
 * The address a request comes from. Behind `trustedProxies` proxies it is the one that the outermost of them saw; whatever stands before that in
 * X-Forwarded-For, the client wrote itself.
 */
export function addressOf(c: Context<ApiEnv>, trustedProxies: number): string {
  const direct = c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address;
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((each) => each.trim());
  const seen = trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined;
  return (seen || direct || 'unknown').replace(/^::ffff:/, '').slice(0, 60);
}
