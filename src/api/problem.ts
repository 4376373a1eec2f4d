import { HTTPException } from 'hono/http-exception';
import type { FieldError, Problem, ProblemCode } from '../../schema/wire/api/problem.ts';

interface ProblemKind {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503 | 504;
  title: string;
  /** Shown on the reference page under the type URI. */
  explanation: string;
}

/** The closed table of refusals. Codes and type URIs are stable; titles and explanations may be reworded. */
export const problemKinds = {
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    explanation: 'The body could not be parsed as JSON, or it holds a NUL or an unpaired surrogate.',
  },
  'invalid-parameter': {
    status: 400,
    title: 'A parameter is not valid',
    explanation:
      'A query parameter or header has a wrong form. `errors` names it. A cursor is valid only for the list it came from.',
  },
  'two-credentials': {
    status: 400,
    title: 'The request says twice who makes it',
    explanation: 'Send a key or the cookie of a session, not both: they may belong to different people.',
  },
  unauthenticated: {
    status: 401,
    title: 'A key or a session is needed',
    explanation:
      'Send `Authorization: Bearer <key>`, or sign in. The key is missing, malformed, unknown, expired or revoked; or the session has ended.',
  },
  'sign-in-refused': {
    status: 401,
    title: 'Signing in did not work',
    explanation: 'E-mail or password is wrong, or the account is not open. Which of them is not said.',
  },
  'oidc-refused': {
    status: 401,
    title: 'Signing in at the OpenID provider did not work',
    explanation:
      'The provider refused, its answer did not pass the checks, or nobody here has this account. `detail` says which.',
  },
  forbidden: {
    status: 403,
    title: 'This key may not do that',
    explanation:
      'The key is good, but its role is not among those the route is open to (`x-roles` in the OpenAPI document).',
  },
  'cross-origin': {
    status: 403,
    title: 'The request comes from another site',
    explanation:
      'A request with a session cookie that changes something must come from a page of this service (`Sec-Fetch-Site: same-origin`, or `Origin` with this host).',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    explanation:
      'No such path, or nothing under this id. A malformed id is answered the same way; `errors` then says what an id looks like.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path does not take this method',
    explanation: 'The `Allow` header lists the methods it takes.',
  },
  'action-not-allowed': {
    status: 409,
    title: 'The bay does not take this action now',
    explanation:
      '`detail` says why, `allowed` lists what the bay takes in its present state. Read the bay and decide again.',
  },
  'station-exists': {
    status: 409,
    title: 'There is such a station',
    explanation: 'The id is taken, perhaps by a station that is closed: an id is never used again. Choose another.',
  },
  'station-not-simulated': {
    status: 409,
    title: 'The station is real',
    explanation: 'Simulator control is taken only by a station that is marked simulated.',
  },
  'simulator-refused': {
    status: 409,
    title: 'The simulator refused',
    explanation: 'The simulated station answered, and could not do it. `detail` is its reason.',
  },
  'journal-not-adoptable': {
    status: 409,
    title: 'This journal is not waiting to be adopted',
    explanation: 'Only a journal that the station has announced, and that is not the one in use, can be adopted.',
  },
  'already-settled': {
    status: 409,
    title: 'Somebody has dealt with it',
    explanation:
      'It was acknowledged, closed, resolved or cleared before, perhaps a moment ago. `current` shows it with who did it.',
  },
  'nothing-to-report': {
    status: 409,
    title: 'Nothing is left to be reported',
    explanation: 'Every event recorded until then is in a report already. List the reports to find it.',
  },
  'invitation-refused': {
    status: 409,
    title: 'The invitation does not work',
    explanation: 'It has been used, has expired or was replaced by a newer one. Ask for another.',
  },
  'closes-itself': {
    status: 409,
    title: 'The incident closes by itself',
    explanation: 'It ends with its cause, and not before. `detail` says what ends it.',
  },
  'already-exists': {
    status: 409,
    title: 'There is one already',
    explanation: 'Its name is taken. `current` is what has it, where you may see that.',
  },
  'change-refused': {
    status: 409,
    title: 'It cannot be changed so now',
    explanation: '`detail` says what stands in the way, `current` shows the thing as it is.',
  },
  'movement-refused': {
    status: 409,
    title: 'The pack cannot be moved so now',
    explanation:
      '`detail` says why: a swap has it, the place is taken, or somebody else has moved it. `current` is where the ledger has it.',
  },
  'concurrent-change': {
    status: 409,
    title: 'The station changed meanwhile',
    explanation: 'Others kept changing the station while the request was worked on. Nothing was done. Send it again.',
  },
  'request-timeout': {
    status: 408,
    title: 'The body did not come in time',
    explanation: 'The headers came, and then too little for too long. The connection is closed; nothing was done.',
  },
  'no-promise': {
    status: 409,
    title: 'The station cannot promise a pack',
    explanation:
      '`detail` says why. `alternative` is the best other station that can, with the pack it would promise; nothing is held there until you reserve it.',
  },
  'reservation-overlaps': {
    status: 409,
    title: 'The car has a reservation for this time',
    explanation: 'The windows of the open reservations of one car do not overlap. Change or cancel the other one.',
  },
  'reservation-over': {
    status: 409,
    title: 'The reservation is over',
    explanation: 'It was kept, broken, cancelled or not used, or the car has arrived. `current` shows it.',
  },
  'tariff-overlaps': {
    status: 409,
    title: 'The category has a price table for some of these days',
    explanation: '`current` is the first of them. A published table is never changed: publish one for other days.',
  },
  'tariff-unknown': {
    status: 422,
    title: 'Nobody has published prices of this category',
    explanation: 'Publish a price table of it first, or correct its name.',
  },
  'tariff-gap': {
    status: 409,
    title: 'There is no price for some of this time',
    explanation:
      'No price table of the category covers it, and nothing is priced at zero. `detail` names the day. Publish the table, then send it again.',
  },
  'lease-overlaps': {
    status: 409,
    title: 'The vehicle has a lease on some of these days',
    explanation: 'A vehicle has one lease at a time. `current` is the one in the way: end it first, or begin later.',
  },
  'lease-refused': {
    status: 409,
    title: 'The lease does not take this',
    explanation: 'Its state, its plan or its minimum term is against it: `detail` says which. `current` shows it.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    explanation: 'A body may have 65,536 bytes.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be JSON',
    explanation: 'Send `Content-Type: application/json`.',
  },
  'invalid-body': {
    status: 422,
    title: 'The body is not valid',
    explanation: 'The body is JSON, but not what the route takes. `errors` points at each wrong field.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key belongs to another request',
    explanation:
      'This `Idempotency-Key` came before with another path, query or body. Take a new key for a new request; only a retry has the old one.',
  },
  'request-running': {
    status: 409,
    title: 'The first request with this key is running',
    explanation:
      'A request with the same `Idempotency-Key` came before and has not ended within a second. Send it again to get its answer.',
  },
  'precondition-required': {
    status: 428,
    title: 'Say which edition you change',
    explanation: 'Send `If-Match` with the `ETag` of the thing as you have seen it, or `*`.',
  },
  'precondition-failed': {
    status: 412,
    title: 'It has been changed since you saw it',
    explanation: '`If-Match` names another edition. `current` is the thing as it is now; look at it and decide again.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    explanation:
      'This caller has made its requests of the minute. `RateLimit` tells what is left, `Retry-After` when to go on.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts that failed',
    explanation:
      'Too many wrong passwords or keys. `Retry-After` says when to try again; what worked before goes on working.',
  },
  internal: {
    status: 500,
    title: 'The service failed',
    explanation: 'A defect of the service. The log has the cause under the request id.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer now',
    explanation:
      'The database or the broker is out of reach, or the service is stopping. `Retry-After` says when to try again.',
  },
  'too-many-streams': {
    status: 503,
    title: 'Too many live streams',
    explanation: 'This process serves as many streams as it may. Try another one, or later.',
  },
  'simulator-timeout': {
    status: 504,
    title: 'The simulator did not answer',
    explanation: 'The control message was sent, and no report came in time. It may still take effect.',
  },
} as const satisfies Record<ProblemCode, ProblemKind>;

export const problemType = (code: ProblemCode): string => `/docs/problems#${code}`;

export interface ApiErrorOptions {
  errors?: FieldError[];
  allowed?: string[];
  current?: unknown;
  /** With `no-promise`; null says that there is none. */
  alternative?: unknown;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one error type of the API. Thrown anywhere, turned into problem+json in one place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ProblemCode;
  readonly options: ApiErrorOptions;

  constructor(code: ProblemCode, detail: string = problemKinds[code].explanation, options: ApiErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.options = options;
  }
}

export const notFound = (what: string): ApiError => new ApiError('not-found', `There is no such ${what}.`);

/** Whatever was thrown, as one of the closed kinds. Only `internal` hides its message. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof HTTPException) return fromHttpException(error);
  if (isConnectionLoss(error)) {
    return new ApiError('unavailable', 'The database is out of reach.', {
      cause: error,
      headers: { 'Retry-After': '2' },
    });
  }
  return new ApiError('internal', 'The service failed. The log has the cause under the request id.', { cause: error });
}

function fromHttpException(error: HTTPException): ApiError {
  if (error.status === 400) return new ApiError('malformed-json', error.message, { cause: error });
  if (error.status === 413) return new ApiError('payload-too-large');
  if (error.status === 415) return new ApiError('unsupported-media-type');
  return new ApiError('internal', 'The service failed.', { cause: error });
}

/** Connection loss and server shutdown: worth another try. Codes of Node, postgres.js and SQLSTATE classes 08 and 57P. */
export function isConnectionLoss(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|CONNECTION_\w+|CONNECT_TIMEOUT|08...|57P0.|57014|53300)$/.test(code))
      return true;
  }
  return false;
}

/** Deadlock or serialization failure: the statement was undone for the sake of another. */
export function isWorthRepeating(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && (e.code === '40P01' || e.code === '40001')) return true;
  }
  return false;
}

export function toProblem(error: ApiError, requestId: string): Problem {
  const { status, title } = problemKinds[error.code];
  const { errors, allowed, current, alternative } = error.options;
  return {
    type: problemType(error.code),
    title,
    status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(errors ? { errors } : {}),
    ...(allowed ? { allowed } : {}),
    ...(current === undefined ? {} : { current }),
    ...(alternative === undefined ? {} : { alternative }),
  };
}
