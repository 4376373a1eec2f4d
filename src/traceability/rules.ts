/** What happens in the life of a pack that somebody has to be told of. */
export const lifeEventTypes = [
  'installed',
  'removed',
  'retired',
  'graded',
  'cascaded',
  'commissioned',
  'decommissioned',
  'movedToSecondLife',
  'movedToRecycler',
  'recycled',
] as const;
export type LifeEventType = (typeof lifeEventTypes)[number];

/**
 * Working days until it must have been reported to the national platform; null: nobody asks for it. Measures for traceability of 2018 (in force
 * since 1 Aug 2018): replacement 30, what a cascade user delivers or gives away as waste 15, receipt by a recycler 30. The measures of 2026 (in force
 * since 1 Apr 2026) name swap operation without other figures known to us: the same are kept. Version 1 of this table.
 */
export const reportWithinDays: Readonly<Record<LifeEventType, 15 | 30 | null>> = {
  installed: 30,
  removed: 30,
  retired: 30,
  graded: null,
  cascaded: 15,
  commissioned: 15,
  decommissioned: 15,
  movedToSecondLife: 15,
  movedToRecycler: 15,
  recycled: 30,
};

export const rulesVersion = 1;
