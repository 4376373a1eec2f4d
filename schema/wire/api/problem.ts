import { z } from 'zod';

/** Every way the API refuses. Closed: a client may switch on it. The reference page explains each one. */
export const problemCode = z.enum([
  'malformed-json',
  'invalid-parameter',
  'two-credentials',
  'unauthenticated',
  'sign-in-refused',
  'oidc-refused',
  'forbidden',
  'cross-origin',
  'not-found',
  'method-not-allowed',
  'action-not-allowed',
  'station-exists',
  'station-not-simulated',
  'simulator-refused',
  'journal-not-adoptable',
  'already-settled',
  'nothing-to-report',
  'invitation-refused',
  'closes-itself',
  'already-exists',
  'change-refused',
  'movement-refused',
  'concurrent-change',
  'no-promise',
  'reservation-overlaps',
  'reservation-over',
  'tariff-overlaps',
  'tariff-unknown',
  'tariff-gap',
  'lease-overlaps',
  'lease-refused',
  'request-timeout',
  'payload-too-large',
  'unsupported-media-type',
  'invalid-body',
  'idempotency-key-reused',
  'request-running',
  'precondition-required',
  'precondition-failed',
  'rate-limited',
  'too-many-attempts',
  'internal',
  'unavailable',
  'too-many-streams',
  'simulator-timeout',
]);
export type ProblemCode = z.infer<typeof problemCode>;

/** What was wrong: `pointer` (RFC 6901) into the body, the name of a parameter, or line and column of a file. */
export const fieldError = z
  .object({
    pointer: z.string().optional(),
    parameter: z.string().optional(),
    line: z.int().optional(),
    column: z.string().optional().meta({ description: 'As the file names it; without it the line as a whole.' }),
    detail: z.string(),
  })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof fieldError>;

/** RFC 9457. Members beyond these depend on the code and are named at the route. */
export const problem = z
  .looseObject({
    type: z.string().meta({ description: 'Stable URI of the kind of problem; leads to its explanation.' }),
    title: z.string(),
    status: z.int(),
    code: problemCode,
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(fieldError).optional(),
    allowed: z
      .array(z.string())
      .optional()
      .meta({ description: 'With `action-not-allowed`: the actions the bay takes now.' }),
    current: z
      .unknown()
      .optional()
      .meta({ description: 'The thing as it is now, where the refusal is for its being otherwise than you think.' }),
    alternative: z.unknown().optional().meta({
      description: 'With `no-promise`: an `Alternative`, or null when no other station can keep the promise.',
    }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
