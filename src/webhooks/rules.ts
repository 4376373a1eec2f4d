const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What is promised to receivers; told in `docs/webhooks.md`. */
export const webhookRules = {
  /** A receiver that has not answered by then has failed. */
  timeoutMs: 10_000,
  /** Wait after the first failure; three times as long after each further one. */
  firstRetryMs: 5_000,
  longestRetryMs: 6 * hourMs,
  /** An event is given up after that. */
  giveUpAfterMs: 72 * hourMs,
  /** An endpoint that has only failed for so long is disabled. */
  disableAfterMs: 120 * hourMs,
  /** After a rotation the old secret signs too for so long. */
  secretOverlapMs: 24 * hourMs,
  /** An attempt whose worker was not heard of again is repeated after that. */
  lostAfterMs: 30_000,
  /** Events and the delivery log are kept for so long. */
  keptMs: 30 * 24 * hourMs,
  /** Messages under way at once to one endpoint, for each process. */
  atOncePerEndpoint: 4,
  atOnce: 32,
  endpointsPerOrganisation: 20,
} as const;

/** The wait after the `attempts`th failure: exponential, and a fifth more or less so that many do not come back at once. */
export function retryDelayMs(attempts: number, random: () => number): number {
  const { firstRetryMs, longestRetryMs } = webhookRules;
  const plain = Math.min(longestRetryMs, firstRetryMs * 3 ** Math.min(attempts - 1, 20));
  return Math.round(plain * (0.8 + 0.4 * random()));
}
