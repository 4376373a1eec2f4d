/**
 * Raised by hand with every change of states or context; `migrations.ts` then brings the older stored form up, and the golden snapshots of
 * the older definition stay in `test/machines/golden`.
 */
export const leaseDefinition = 1;
/** Of all sources that determine the stored form. `npm run docs:generate` writes it. */
export const leaseSourceHash = '0d43cc7052ba4a3b';
