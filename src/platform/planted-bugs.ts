import { type PlantedBug, type PlantedBugs, plantedBugs } from '../../machines/planted.ts';
import { OperatorError } from './errors.ts';

/**
 * `PITLANE_PLANTED_BUG=name,name` switches on defects that the suite must catch. Undefined when none is named. A service that is not
 * running under test refuses to start with one.
 */
export function readPlantedBugs(
  environment: Readonly<Record<string, string | undefined>>,
  warn: (sentence: string) => void,
): PlantedBugs | undefined {
  const given = environment.PITLANE_PLANTED_BUG;
  if (!given) return undefined;
  if (environment.NODE_ENV !== 'test') {
    throw new OperatorError('PITLANE_PLANTED_BUG breaks Pitlane on purpose and is only for its own tests: unset it.');
  }
  const names = given.split(',');
  const unknown = names.find((name) => !(plantedBugs as readonly string[]).includes(name));
  if (unknown !== undefined) throw new OperatorError(`There is no planted bug ${unknown}.`);
  warn(`BROKEN ON PURPOSE: ${given}. This process loses packs and moves robots twice.`);
  return new Set(names as PlantedBug[]);
}
