import { isDeepStrictEqual } from 'node:util';
import type { Context, MiddlewareHandler } from 'hono';
import type { Role } from '../../schema/wire/api/access.ts';
import { type ActLine, actLine, noteRefusal } from '../acts/note.ts';
import { actorOf } from '../acts/of-request.ts';
import { type AttemptLimits, byAddress, byKey } from '../parties/attempt-limits.ts';
import { addressOf } from '../parties/client-address.ts';
import type { CookieJar } from '../parties/cookies.ts';
import { requireSameOrigin } from '../parties/same-origin.ts';
import type { SessionKeeper } from '../parties/session-keeper.ts';
import type { ApiEnv } from './context.ts';
import { type Keyring, keyIdOf } from './keys.ts';
import { ApiError } from './problem.ts';
import { scopeOfRequest } from './scopes.ts';

const bearer = /^Bearer +([\x21-\x7e]{1,256})$/i;
const challenge = { 'WWW-Authenticate': 'Bearer realm="pitlane"' };

export interface Credentials {
  keys: Keyring;
  sessions: SessionKeeper;
  jar: CookieJar;
  limits: AttemptLimits;
  /** Takes a line of the record of who did what. */
  refusals: (line: ActLine) => Promise<void>;
  trustedProxies: number;
}

/**
 * Puts the caller into the context, or refuses. Stands before everything under /api but `open`, as `POST /path`. A request has a key or a
 * session, never both.
 */
export function authenticate(credentials: Credentials, open: ReadonlySet<string>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (open.has(`${c.req.method} ${c.req.path}`)) return next();
    const header = c.req.header('authorization');
    const cookie = credentials.jar.read(c, 'pitlane');
    if (header !== undefined && cookie !== null) throw new ApiError('two-credentials');
    if (cookie === null) await withKey(c, credentials, header);
    else await withSession(c, credentials, cookie);
    const { key, role } = c.get('caller');
    Object.assign(c.get('logFields'), { key, role });
    await next();
  };
}

/** For what has no sessions, such as the metrics of a process without the API. */
export function authenticateKey(keys: Keyring): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await withKey(c, { keys }, c.req.header('authorization'));
    const { key, role } = c.get('caller');
    Object.assign(c.get('logFields'), { key, role });
    await next();
  };
}

type KeyCredentials = Pick<Credentials, 'keys'> & Partial<Pick<Credentials, 'limits' | 'refusals' | 'trustedProxies'>>;

async function withKey(c: Context<ApiEnv>, credentials: KeyCredentials, header: string | undefined): Promise<void> {
  const given = bearer.exec(header ?? '')?.[1];
  if (given === undefined) {
    throw new ApiError('unauthenticated', 'The request has neither a bearer key nor a session.', {
      headers: challenge,
    });
  }
  const { keys } = credentials;
  const caller = await keys.verify(given);
  if (caller === null) {
    await countFailure(c, credentials, given);
    throw new ApiError('unauthenticated', 'The key does not work.', { headers: challenge });
  }
  c.set('caller', caller);
  c.set('stillAllowed', async () => isDeepStrictEqual(await keys.verify(given), caller));
}

/** Only failures count, so nobody who guesses at a key keeps its owner out. */
async function countFailure(c: Context<ApiEnv>, credentials: KeyCredentials, given: string): Promise<void> {
  const { limits, refusals, trustedProxies = 0 } = credentials;
  if (limits === undefined) return;
  const address = addressOf(c, trustedProxies);
  const id = keyIdOf(given);
  const wait = await limits.take(byAddress(`keys:${address}`), ...(id === null ? [] : [byKey(id, address)]));
  if (id !== null && (wait === null || wait.isNew))
    await refusals?.(actLine({ what: 'keyRefused', kind: 'key', object: id, request: c.get('requestId'), address }));
  if (wait === null) return;
  throw new ApiError('too-many-attempts', undefined, { headers: { 'Retry-After': String(wait.retryAfterS) } });
}

async function withSession(c: Context<ApiEnv>, { sessions, jar }: Credentials, cookie: string): Promise<void> {
  const signedIn = cookie === 'ambiguous' ? null : await sessions.verify(cookie);
  if (signedIn === null) {
    // The browser forgets it; but not what another request of it may just have been given.
    if (cookie === 'ambiguous') jar.clear(c, 'pitlane');
    throw new ApiError('unauthenticated', 'The session has ended: sign in again.', { headers: challenge });
  }
  requireSameOrigin(c, { unsaid: false });
  const { caller } = signedIn;
  c.set('caller', caller);
  c.set('signedIn', signedIn);
  c.set('stillAllowed', async () => isDeepStrictEqual((await sessions.verify(cookie, false))?.caller, caller));
}

/** Somebody who is known wants what is not theirs to do. */
async function noteForbidden(c: Context<ApiEnv>): Promise<void> {
  const desk = c.get('answers') as ApiEnv['Variables']['answers'] | undefined;
  if (desk === undefined) return;
  const detail = `${c.req.method} ${c.req.path}`.slice(0, 200);
  await noteRefusal(desk.db, actLine({ ...actorOf(c), what: 'accessRefused', kind: 'session', detail }));
}

/**
 * Declares who may call a route: spread it into the route's definition. The roles stand in the OpenAPI document as `x-roles`, and
 * a test walks every route with every role.
 */
export function access<const R extends readonly [Role, ...Role[]]>(...roles: R) {
  const allowed: ReadonlySet<Role> = new Set(roles);
  const middleware: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const { role, scopes } = c.get('caller');
    const scope = scopeOfRequest(c.req.method, c.req.path);
    const why = !allowed.has(role)
      ? `The role ${role} may not do this.`
      : scopes !== null && !scopes.includes(scope)
        ? `This key lacks the scope ${scope}.`
        : null;
    if (why !== null) {
      await noteForbidden(c);
      throw new ApiError('forbidden', why);
    }
    await next();
  };
  return {
    security: [{ bearer: [] as string[] }, { session: [] as string[] }],
    'x-roles': [...roles] as Role[],
    middleware,
  };
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
/** Roles of those who sign in. */
export const people = ['admin', 'operations', 'staff', 'fleet', 'owner', 'regulator', 'maintenance'] as const;
/** Roles that see swaps, bays and slots: an owner follows its packs by their moves. */
export const swapViewers = ['admin', 'operations', 'staff', 'fleet', 'regulator', 'maintenance', 'service'] as const;
/** Roles that see the whole operation, also the log, alarms and incidents. */
export const overseers = ['admin', 'operations', 'staff', 'regulator', 'maintenance', 'service'] as const;
/** Roles that change something in the stations. */
export const actors = ['admin', 'operations', 'staff', 'maintenance'] as const;
/** Roles that run the business: parties, packs, vehicles. */
export const managers = ['admin', 'operations'] as const;
/** Roles that see plans and leases: who runs the business, who pays, who owns the packs, who supervises. */
export const leaseViewers = ['admin', 'operations', 'fleet', 'owner', 'regulator'] as const;
