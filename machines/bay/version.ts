/**
 * Raised by hand with every change of states or context; `migrations.ts` then brings the older stored form up, and the golden snapshots of
 * the older definition stay in `test/machines/golden`.
 */
export const bayDefinition = 1;
/** Of all sources that determine the stored form. `npm run docs:generate` writes it. */
export const baySourceHash = '7feee304d1178033';
