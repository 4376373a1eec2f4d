import { parseStationPlace } from '../../../../schema/wire/places.ts';
import type { Say } from '../i18n/texts.ts';
import type { detailTexts } from './detail-texts.ts';

type Key = Parameters<Say<typeof detailTexts.en>>[0];

/** Words that other parts have. */
export interface Vocabulary {
  say: Say<typeof detailTexts.en>;
  step: (step: string) => string;
  reason: (reason: string) => string;
  result: (outcome: string) => string;
  status: (status: string) => string;
}

/** Whose places need not name it. */
type Told = Vocabulary & { station: string };

const code = '[A-Z0-9]{17,24}';
/** Sentences of the service, and what each is called in the texts. The name of a group says how it is put into words. */
const rules: readonly (readonly [RegExp, Key])[] = [
  [rule(`(?<pack>${code}) was not at (?<place>\\S+): (?<at>\\S+) reads (?<read>\\S+)`), 'lost'],
  [rule(`hello: (?<at>\\S+) reads (?<read>\\S+) instead of (?<pack>\\S+)`), 'lostHello'],
  [rule(`hello: (?<pack>${code}) is at (?<at>\\S+), the ledger had it at (?<place>\\S+)`), 'moved'],
  [rule(`hello: (?<device>\\w+) of bay \\S+ is (?<reads>\\w+), after the last result it was (?<was>\\w+)`), 'sensor'],
  [rule(`(?<at>\\S+) says it has (?<pack>\\S+); the ledger has it at (?<place>\\S+)`), 'claim'],
  [rule(`(?<at>\\S+) says it has (?<pack>\\S+); the ledger has it (?<status>\\w+), at (?<place>\\S+)`), 'claimStatus'],
  [
    rule(`(?<pack>${code}) is read at (?<at>\\S+); the ledger has it at (?<place>\\S+), where it was read before`),
    'twice',
  ],
  [rule(`(?<pack>${code}) is (?<status>\\w+) and has come to (?<at>\\S+), from (?<place>\\S+)`), 'notForSlot'],
  [rule('a pack is at (?<at>\\S+) and its code cannot be read'), 'unreadable'],
  [rule('a pack is at (?<at>\\S+) and its code cannot be read; it should be (?<pack>\\S+)'), 'unreadablePack'],
  [rule('limit of (?<watts>\\d+) W not taken: (?<result>\\w+)'), 'limit'],
  [rule('smoke at the slots'), 'smokeSlots'],
  [rule('smoke in bay (?<bay>\\S+)'), 'smokeBay'],
  [rule('(?<packs>\\d+) of (?<slots>\\d+) slots hold packs that cannot be dispatched'), 'blocked'],
  [rule('.+ saw (?<read>\\S+) in slot (?<slot>\\d+) at \\S+; the ledger has (?<ledger>\\S+) there'), 'stockTake'],
  [rule('the station says its clock runs at (?<times>\\S+)'), 'timeScale'],
  [rule('record (?<n>\\d+): (?<problem>.+)'), 'record'],
  [rule('the station no longer has records (?<from>\\d+) to (?<to>\\d+)'), 'journalLost'],
  [rule("the station's journal ends at (?<from>\\d+), (?<to>\\d+) records are committed: .*"), 'journalEnds'],
  [rule('journal (?<journal>\\S+) speaks for the station: .*'), 'foreign'],
  [rule('\\w+ names (?<pack>\\S+), the code of a product of a second life: .*'), 'secondLife'],
  [rule('unreadable pack at (?<at>\\S+) \\(\\w+\\)'), 'heldUnread'],
  [rule('smoke \\(\\w+\\)'), 'heldSmoke'],
];
function rule(sentence: string): RegExp {
  return new RegExp(`^${sentence}$`, 's');
}

/** Why a person is needed, at which step, and where each pack stands. */
const needsPerson = /^(?<why>\w+): (?<step>\w+) \((?<cause>\w+)\)(?:\. (?<packs>.*))?$/s;
const held = /^(?<reason>.+) \((?:(?<who>panel|system|reconciliation)|(?:user|key):\w+)\)$/s;

/** What the service says of an alarm or an incident, in the reader's words; a sentence that is not known, as it is. */
export function detailWords(detail: string, told: Told): string {
  const person = needsPerson.exec(detail)?.groups;
  if (person) return personWords(person as { why: string; step: string; cause: string; packs?: string }, told);
  for (const [pattern, key] of rules) {
    const groups = pattern.exec(detail)?.groups ?? (pattern.test(detail) ? {} : null);
    if (groups) return told.say(key, inWords(groups, told));
  }
  const hold = held.exec(detail)?.groups as { reason: string; who?: 'panel' } | undefined;
  if (hold?.who) return told.say('heldBy', { reason: told.reason(hold.reason), who: told.say(`who.${hold.who}`) });
  if (hold) return hold.reason;
  return told.reason(detail);
}

function personWords(
  { why, step, cause, packs = '' }: { why: string; step: string; cause: string; packs?: string },
  told: Told,
): string {
  const { say, reason } = told;
  const values = { step: told.step(step), cause: reason(cause), why: reason(why) };
  const first = say(why === cause || why === 'noWayOut' ? 'person' : 'personWhy', values);
  const places = [...packs.matchAll(new RegExp(`(${code}) at (\\S+?)(?:,|$)`, 'g'))].map(([, pack = '', place = '']) =>
    say('packAt', { pack, place: placeWords(place, told) }),
  );
  return [first, places.join('; ')].filter((part) => part !== '').join(' ');
}

function inWords(groups: Readonly<Record<string, string>>, told: Told): Record<string, string> {
  const { say } = told;
  const read = (value: string) =>
    value === 'empty' || value === 'nothing' ? say('nothing') : value === 'unreadable' ? say('unreadableCode') : value;
  const by: Readonly<Record<string, (value: string) => string>> = {
    place: (value) => placeWords(value, told),
    at: (value) => placeWords(value, told),
    read,
    ledger: read,
    status: told.status,
    result: told.result,
    device: (value) => say(`device.${value as 'clamps'}`),
    reads: (value) => say(`value.${value as 'open'}`),
    was: (value) => say(`value.${value as 'open'}`),
  };
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, by[name]?.(value) ?? value]));
}

/** A place of the ledger or of a station as a person would say it: `bj-001/bay/1/lift` as the lift table of bay 1. */
export function placeWords(place: string, { say, station }: Pick<Told, 'say' | 'station'>): string {
  const [first = '', ...rest] = place.split('/');
  if (first === 'vehicle') return say('place.car', { vin: rest.join('/') });
  if (first === 'unknown') return say('place.unknown');
  const own = parseStationPlace(place);
  const found = own ?? parseStationPlace(rest.join('/'));
  if (!found) return place;
  const words =
    found.kind === 'slot'
      ? say('place.slot', { n: found.slot })
      : found.kind === 'isolation'
        ? say('place.isolation', { n: found.box })
        : found.kind === 'berth'
          ? say('place.berth', { bay: found.bay, n: found.berth })
          : say(`place.${found.kind}`, { bay: found.bay });
  return own || first === station ? words : say('place.other', { station: first, place: words });
}
