/** Raised with every change of states or context; `migrations.ts` then brings the older form up. */
export const cycleDefinition = 1;
export const cycleSourceHash = 'unreleased';
