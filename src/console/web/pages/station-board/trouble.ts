import type { Alarm, Incident } from '../../../../../schema/wire/api/log.ts';
import { type Notice, ofAlarm, ofIncident, worstFirst } from '../alarms/notice.ts';

/** These a bay says itself, or a notice of their own does. */
const saidElsewhere: ReadonlySet<string> = new Set(['needsPerson', 'bayHeld', 'foreignJournal']);

/** What is wrong with the station beside its bays: the worst first, one line of each kind at a place. */
export function troubleOf(alarms: readonly Alarm[], incidents: readonly Incident[]): Notice[] {
  const open = [
    ...alarms.filter(({ clearedAt }) => clearedAt === null).map(ofAlarm),
    ...incidents.filter(({ closedAt }) => closedAt === null).map(ofIncident),
  ].filter(({ code }) => !saidElsewhere.has(code));
  // An alarm and its incident are one thing to whoever looks at the board.
  const seen = new Set<string>();
  return open.toSorted(worstFirst).filter(({ code, detail, id, place }) => {
    const key = `${code} ${detail || id}`;
    const told =
      detail === '' && place !== null && open.some((each) => each.code === code && each.detail.includes(place));
    return !told && !seen.has(key) && seen.add(key);
  });
}
