import type { SQL } from 'drizzle-orm';
import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnv } from '../api/context.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement } from '../db/statement.ts';
import { type ActLine, actLine, type Noted, withAct } from './note.ts';
import { operations, type Told } from './operations.ts';

/** The pattern of a path as the OpenAPI document writes it. */
const operationOf = (c: Context<ApiEnv>): string =>
  `${c.req.method} ${routePath(c)
    .replaceAll(/:([A-Za-z]+)(?:\{[^}]*\})?/g, '{$1}')
    .replace(/(?<=.)\/$/, '')}`;

const mostText = 500;
const textIn = (body: Record<string, unknown>, name: string | undefined): string | null => {
  const value = name === undefined ? undefined : body[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, mostText) : null;
};

/** The body as it was taken; what is no JSON, such as a file, has no members. */
async function bodyOf(c: Context<ApiEnv>): Promise<Record<string, unknown>> {
  if (!c.req.header('content-type')?.includes('json')) return {};
  const body: unknown = await c.req.json().catch(() => null);
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

/** Who asks, as a line of the record names them. */
export function actorOf(c: Context<ApiEnv>): Pick<ActLine, 'actor' | 'role' | 'party' | 'request'> {
  const caller = c.get('caller') as ApiEnv['Variables']['caller'] | undefined;
  const request = c.get('requestId') ?? null;
  return caller
    ? { actor: caller.key, role: caller.role, party: caller.organisation, request }
    : { actor: null, role: null, party: null, request };
}

function objectOf(c: Context<ApiEnv>, { path, body: named }: Told, body: Record<string, unknown>): string | null {
  const ids = path?.map((name) => c.req.param(name)) ?? named?.map((name) => body[name]) ?? [];
  const known = ids.filter((id) => typeof id === 'string' && id !== '');
  return known.length === 0 ? null : known.join('/').slice(0, mostText);
}

/** What the record says of this request. Null: it is of no operation that has a name there. */
export async function actOf(c: Context<ApiEnv>, done?: SQL): Promise<Noted | null> {
  const told = operations[operationOf(c)];
  if (told === undefined) return null;
  const body = await bodyOf(c);
  const changes = c.req.method === 'PATCH' || c.req.method === 'PUT';
  const { what, kind } = told;
  const line = actLine({
    ...actorOf(c),
    what,
    kind,
    object: objectOf(c, told, body),
    detail: textIn(body, told.detail),
    members: changes ? Object.keys(body).filter((name) => name !== 'reason') : null,
    reason: textIn(body, 'reason') ?? textIn(body, 'note'),
  });
  return { line, objectIn: told.row, done };
}

/** The statement with the line of who asked for it. */
export async function acted<R extends object>(
  c: Context<ApiEnv>,
  change: Statement<R>,
  done?: SQL,
): Promise<Statement<R>> {
  const act = await actOf(c, done);
  return act === null ? change : withAct(change, act);
}

/** Runs the change of a request, and writes who asked for it in the same statement. */
export async function runActed<R extends object>(
  c: Context<ApiEnv>,
  db: Database,
  change: Statement<R>,
  done?: SQL,
): Promise<R | null> {
  const told = await acted(c, change, done);
  return betweenPoints(c, () => runStatement(db, told));
}

/** Where a test may stop a change that is no POST: before its statement, and before its answer. */
export async function betweenPoints<T>(c: Context<ApiEnv>, run: () => Promise<T>): Promise<T> {
  const { faultPoints } = c.get('answers');
  await faultPoints.reach('request-decided');
  const row = await run();
  await faultPoints.reach('request-done');
  return row;
}
