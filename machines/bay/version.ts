/** Raised with every change of states or context; `migrations.ts` then brings the older form up. */
export const bayDefinition = 1;
export const baySourceHash = 'unreleased';
