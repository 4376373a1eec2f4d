import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import type { SQL } from 'drizzle-orm';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ProblemCode } from '../../schema/wire/api/problem.ts';
import { acted } from '../acts/of-request.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement } from '../db/statement.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import type { ApiEnv } from './context.ts';
import { fingerprintOf, sha256 } from './fingerprint.ts';
import {
  findAnswer,
  isAlreadyStored,
  type KeyedRequest,
  type Outcome,
  type Refusal,
  runKeyed,
  StillRunningError,
  storeAnswer,
} from './idempotency-store.ts';
import { ApiError, isConnectionLoss, isWorthRepeating } from './problem.ts';

/** How long an answer is kept at least. */
export const keptForMs = 24 * 3_600_000;
const waitMs = 1_000;
const pollMs = 40;

/** A string of RFC 8941, and leniently one without its quotes. */
const form = /^(?:"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255}"|[\x21\x23-\x5b\x5d-\x7e]{1,255})$/;
const key = z
  .string()
  .regex(form, 'must be a string of 1 to 255 ASCII characters in double quotes')
  .openapi({ example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' });
const promise = 'A retry with the same key and payload gets the stored answer. Kept for 24 h. See `docs/api.md`.';

/** Request headers of a POST that may be repeated without a key when its author likes; spread into the route's own if it has others. */
export const idempotencyKey = z.object({
  'idempotency-key': key.optional().openapi({ description: `Recommended. ${promise}` }),
});

/** Request headers of a POST whose repetition would do harm that nothing else would stop: without a key it is refused (400). */
export const requiredIdempotencyKey = z.object({
  'idempotency-key': key.openapi({ description: `Required. ${promise}` }),
});

/** The refusals of a POST with a key, for `problems(…)`. */
export const idempotencyProblems = ['invalid-parameter', 'idempotency-key-reused', 'request-running'] as const;

/** Response headers of a POST with a key. */
export const replayedHeader = {
  'Idempotency-Replayed': {
    description: '`true` when this is the stored answer to an earlier request with the same key.',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};

/** Answers that decide nothing: the request was not understood, or may be tried again. Every other refusal is stored. */
const notStored: ReadonlySet<ProblemCode> = new Set([
  'malformed-json',
  'invalid-parameter',
  'unauthenticated',
  'forbidden',
  'method-not-allowed',
  'payload-too-large',
  'unsupported-media-type',
  'invalid-body',
  'idempotency-key-reused',
  'request-running',
  'precondition-required',
  'concurrent-change',
  'internal',
  'unavailable',
  'too-many-streams',
  'simulator-timeout',
  'rate-limited',
  'too-many-attempts',
  'request-timeout',
]);

export interface Desk {
  db: Database;
  /** Ids of the requests this process works on. */
  running: Set<string>;
  faultPoints: FaultPoints;
}

/** Stands before everything under /api. */
export function keepAnswers(db: Database, faultPoints: FaultPoints = noFaultPoints): MiddlewareHandler<ApiEnv> {
  const desk: Desk = { db, running: new Set(), faultPoints };
  return (c, next) => {
    c.set('answers', desk);
    return next();
  };
}

export interface Posted<R extends object, A extends Response> {
  /** Reads, decides, refuses by throwing; changes nothing. The change is the statement it returns. Not called for a replay. */
  effect: () => Promise<Statement<R>> | Statement<R>;
  /**
   * Makes the answer of the row, the first time and for each replay: of the row and the request alone, so that it is the same answer. May throw a
   * refusal. Null: the statement returned no row.
   */
  answer: (row: R | null) => A | Promise<A>;
  /** Stands for the body in the fingerprint; for bodies that are streamed. */
  payload?: string;
  /** Over `outcomeRow`: whether anything was done; left out, it was when the statement returned a row. */
  done?: SQL;
}

/**
 * Does what a POST asks for, once per `Idempotency-Key`. Key, effect and what the answer is made of are one statement, so a crash at any moment
 * leaves all or nothing, and a lost connection to the database is no doubt: the same statement is sent again. Without a key it is done
 * each time it is asked for. Who asked is written by the same statement (src/acts).
 *
 *     (c) => once(c, {
 *       effect: async () => statement<{ id: string }>({ parts: { made: sql`insert … returning id` }, result: sql`select id from made` }),
 *       answer: (row) => { if (row === null) throw new ApiError('station-exists'); return c.json({ id: row.id }, 201); },
 *     })
 */
export async function once<R extends object, A extends Response>(
  c: Context<ApiEnv>,
  { effect, answer, payload, done }: Posted<R, A>,
): Promise<A> {
  const { db, faultPoints } = c.get('answers');
  return onceWith<R, A>(c, {
    payload,
    answer,
    work: async (request) => {
      const change = await acted(c, await effect(), done);
      faultPoints.pass('request-decided');
      const row = await repeated(
        () => (request === null ? runStatement(db, change) : runKeyed(db, request, change)),
        request !== null,
      );
      faultPoints.pass('request-done');
      return row;
    },
  });
}

export interface Worked<R extends object, A extends Response> {
  /**
   * Has the effect and returns what the answer is made of. With a request it stores `{ row }` under it in the statement that has the effect, or
   * throws `AlreadyStoredError`.
   */
  work: (request: KeyedRequest | null) => Promise<R | null>;
  answer: (row: R | null) => A | Promise<A>;
  payload?: string | undefined;
}

/** The same for an effect that is not a statement of the API's own. */
export async function onceWith<R extends object, A extends Response>(
  c: Context<ApiEnv>,
  { work, answer, payload }: Worked<R, A>,
): Promise<A> {
  const request = await requestOf(c, payload);
  if (request === null) return answer(await work(null));
  const { outcome, replayed } = await settle<R>(c.get('answers'), request, work);
  if (replayed) c.header('Idempotency-Replayed', 'true');
  if ('refusal' in outcome) {
    const { code, detail, ...options } = outcome.refusal;
    throw new ApiError(code, detail, options);
  }
  return answer(outcome.row);
}

async function settle<R extends object>(
  { db, running }: Desk,
  request: KeyedRequest,
  work: (request: KeyedRequest) => Promise<R | null>,
): Promise<{ outcome: Outcome<R>; replayed: boolean }> {
  const patience = performance.now() + waitMs;
  for (;;) {
    const found = await repeated(() => findAnswer<R>(db, request.id), true);
    if (found && found.fingerprint !== request.fingerprint) throw new ApiError('idempotency-key-reused');
    if (found) return { outcome: found.outcome, replayed: true };
    if (!running.has(request.id)) {
      running.add(request.id);
      try {
        return { outcome: await workOrRefuse(db, request, work), replayed: false };
      } catch (error) {
        if (isAlreadyStored(error)) continue;
        if (!(error instanceof StillRunningError)) throw error;
      } finally {
        running.delete(request.id);
      }
    }
    if (performance.now() > patience)
      throw new ApiError('request-running', undefined, { headers: { 'Retry-After': '1' } });
    await sleep(pollMs);
  }
}

async function workOrRefuse<R extends object>(
  db: Database,
  request: KeyedRequest,
  work: (request: KeyedRequest) => Promise<R | null>,
): Promise<Outcome<R>> {
  try {
    return { row: await work(request) };
  } catch (error) {
    if (!(error instanceof ApiError) || notStored.has(error.code)) throw error;
    const { errors, allowed, current, alternative, headers } = error.options;
    const refusal = {
      code: error.code,
      detail: error.message,
      errors,
      allowed,
      current,
      alternative,
      headers,
    } as Refusal;
    await repeated(() => storeAnswer(db, request, { refusal }), true);
    return { refusal };
  }
}

/** A deadlock was certainly undone. A lost connection leaves a doubt, which only a keyed statement, or one that reads, bears. */
async function repeated<T>(run: () => Promise<T>, keyed: boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const again = isWorthRepeating(error) || (keyed && isConnectionLoss(error));
      if (!again || attempt === 3) throw error;
      await sleep(50 * attempt);
    }
  }
}

async function requestOf(c: Context<ApiEnv>, payload: string | undefined): Promise<KeyedRequest | null> {
  const given = c.req.header('idempotency-key');
  if (given === undefined) return null;
  const plain = given.startsWith('"') ? given.slice(1, -1).replace(/\\(["\\])/g, '$1') : given;
  const caller = c.get('caller').key;
  const operation = `${c.req.method} ${routePath(c)}`;
  const { pathname, search } = new URL(c.req.url);
  return {
    id: sha256(JSON.stringify([caller, operation, plain])),
    caller,
    operation,
    fingerprint: fingerprintOf(pathname, search, payload ?? (await c.req.text())),
  };
}
