import type { Migration } from '../runtime/stored.ts';

/** By definition: turns the stored form that it wrote into that of the next one. Nothing stored is ever discarded. */
export const leaseMigrations: Readonly<Record<number, Migration>> = {};
