/**
 * A failure the operator can act on. The program prints its message as a sentence and exits with a non-zero code;
 * no stack trace is shown, because the sentence says what to do.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** What to print for an error nobody translated: one line, without the stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0)
    return sentenceOf(error.errors[0]);
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
