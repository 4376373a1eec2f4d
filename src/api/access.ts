import { isDeepStrictEqual } from 'node:util';
import type { MiddlewareHandler } from 'hono';
import type { Role } from '../../schema/wire/api/access.ts';
import type { ApiEnv } from './context.ts';
import type { Keyring } from './keys.ts';
import { ApiError } from './problem.ts';

const bearer = /^Bearer +([\x21-\x7e]{1,256})$/i;

/** Puts the caller into the context, or refuses. Stands before everything under /api. */
export function authenticate(keys: Keyring): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = bearer.exec(c.req.header('authorization') ?? '')?.[1];
    const headers = { 'WWW-Authenticate': 'Bearer realm="pitlane"' };
    if (given === undefined) throw new ApiError('unauthenticated', 'The request has no bearer key.', { headers });
    const caller = await keys.verify(given);
    if (caller === null) throw new ApiError('unauthenticated', 'The key does not work.', { headers });
    c.set('caller', caller);
    c.set('stillAllowed', async () => isDeepStrictEqual(await keys.verify(given), caller));
    c.set('log', c.get('log').child({ key: caller.key, role: caller.role }));
    await next();
  };
}

/**
 * Declares who may call a route: spread it into the route's definition. The roles stand in the OpenAPI document as `x-roles`, and
 * a test walks every route with every role.
 */
export function access<const R extends readonly [Role, ...Role[]]>(...roles: R) {
  const allowed: ReadonlySet<Role> = new Set(roles);
  const middleware: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const { role } = c.get('caller');
    if (!allowed.has(role)) throw new ApiError('forbidden', `The role ${role} may not do this.`);
    await next();
  };
  return { security: [{ bearer: [] as string[] }], 'x-roles': [...roles] as Role[], middleware };
}

/** Roles that may see where stations stand and what packs there are. */
export const everyone = [
  'admin',
  'operations',
  'staff',
  'fleet',
  'owner',
  'regulator',
  'maintenance',
  'service',
] as const;
/** Roles that see swaps, bays and slots: an owner follows its packs by their moves. */
export const swapViewers = ['admin', 'operations', 'staff', 'fleet', 'regulator', 'maintenance', 'service'] as const;
/** Roles that see the whole operation, also the log, alarms and incidents. */
export const overseers = ['admin', 'operations', 'staff', 'regulator', 'maintenance', 'service'] as const;
/** Roles that change something in the stations. */
export const actors = ['admin', 'operations', 'staff', 'maintenance'] as const;
/** Roles that run the business: parties, packs, vehicles. */
export const managers = ['admin', 'operations'] as const;
