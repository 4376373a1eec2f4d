import { type CoreBug, coreBugs } from '../../machines/planted.ts';

/**
 * Bugs that a test plants to show that the suite catches them. Only `NODE_ENV=test` may switch one on; each is one condition at the place
 * where the mistake would be made.
 */
export const plantedBugs = [
  /** Acknowledges a record when it arrives. */
  'ackBeforeCommit',
  /** Gives an open command a new id when it is read back from the database. */
  'recomputedCommandId',
  /** Sends under the highest epoch a station knows, whoever holds the lease. */
  'epochNotChecked',
  /** Leaves a cancelled timer armed. */
  'timerNotCancelled',
  /** Takes records again after the station's boot. */
  'duplicateAfterBoot',
  /** Writes the effect of a record without moving the mark. */
  'markNotMoved',
  /** Takes a lost connection for a commit that failed, and goes on with the next. */
  'inDoubtIsFailed',
  /** Sends a command again under another id. */
  'newIdOnResend',
  /** Delivers a timer whose token is no longer the armed one. */
  'staleTimer',
  /** Publishes commands before the statement has been answered. */
  'publishBeforeCommit',
  /** Forgets to check the custody versions of packs that move. */
  'custodyNotChecked',
] as const;

export type PlantedBug = (typeof plantedBugs)[number] | CoreBug;

export function readPlantedBugs(environment: Readonly<Record<string, string | undefined>>): ReadonlySet<PlantedBug> {
  const names = (environment.PITLANE_PLANTED_BUG ?? '').split(',').filter((name) => name !== '');
  if (names.length === 0) return new Set();
  if (environment.NODE_ENV !== 'test') throw new Error('bugs can be planted in tests only');
  for (const name of names) {
    if (![...plantedBugs, ...coreBugs].includes(name as never)) throw new Error(`there is no planted bug ${name}`);
  }
  return new Set(names as PlantedBug[]);
}
