import type { FieldError } from '../../../../schema/wire/api/problem.ts';

/** A refusal of the service (RFC 9457), as it came. Its texts are in the reader's language. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** Which fields were wrong, and why. */
  readonly fields: readonly FieldError[];
  /** How it stands now, where the refusal says so. */
  readonly current: unknown;
  /** What could be had instead, where the refusal says so. */
  readonly alternative: unknown;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    const title = typeof body.title === 'string' ? body.title : `HTTP ${status}`;
    super(title);
    this.status = status;
    this.code = typeof body.code === 'string' ? body.code : 'unknown';
    this.detail = typeof body.detail === 'string' ? body.detail : '';
    this.requestId = typeof body.requestId === 'string' ? body.requestId : null;
    this.fields = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
    this.current = body.current ?? null;
    this.alternative = body.alternative ?? null;
  }
}

/** The service could not be reached, or did not answer as it does. */
export class Unreachable extends Error {}
