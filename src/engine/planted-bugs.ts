import { coreBugs } from '../../machines/planted.ts';
import type { OpenCommand } from './station/image.ts';

/**
 * Bugs that a test plants to show that the suite catches them (test/planted). Only `NODE_ENV=test` may switch one on; each is one condition
 * at the place where the mistake would be made.
 */
export const plantedBugs = [
  ...coreBugs,
  /** Acknowledges a record when it arrives. */
  'ackBeforeCommit',
  /** Gives an open command a new id when it is read back from the database. */
  'recomputedCommandId',
  /** Goes on under its old epoch although a station has obeyed a higher one. */
  'epochNotChecked',
  /** Leaves a cancelled timer armed. */
  'timerNotCancelled',
  /** Tells duplicates apart within a boot only: records of an earlier boot that come again count as new. */
  'duplicateAfterBoot',
  /** Writes the effect of a record without moving the mark. */
  'markNotMoved',
  /** Takes a lost connection for a commit that failed, and goes on with the next. */
  'inDoubtIsFailed',
  /** Sends a command again under another id. */
  'newIdOnResend',
  /** Publishes commands before the statement has been answered. */
  'publishBeforeCommit',
] as const;

export type PlantedBug = (typeof plantedBugs)[number];

export function readPlantedBugs(
  environment: Readonly<Record<string, string | undefined>>,
  warn: (sentence: string) => void,
): ReadonlySet<PlantedBug> {
  const names = (environment.PITLANE_PLANTED_BUG ?? '').split(',').filter((name) => name !== '');
  if (names.length === 0) return new Set();
  if (environment.NODE_ENV !== 'test') throw new Error('bugs can be planted in tests only');
  for (const name of names) {
    if (!plantedBugs.includes(name as PlantedBug)) throw new Error(`there is no planted bug ${name}`);
  }
  warn(`BROKEN ON PURPOSE: ${names.join(', ')}. This process loses packs and moves robots twice.`);
  return new Set(names as PlantedBug[]);
}

/** For `recomputedCommandId`: the commands as a program would name them that computes ids from the version of now. */
export function recomputed(commands: ReadonlyMap<string, OpenCommand>): Map<string, OpenCommand> {
  const again = (id: string) =>
    id.replace(/\.(\d+)\.(\d+)$/, (_, version, index) => `.${Number(version) + 1}.${index}`);
  return new Map(
    [...commands.values()].map((command) => {
      const id = again(command.id);
      return [id, { ...command, id, message: command.message.replaceAll(command.id, id) }];
    }),
  );
}
