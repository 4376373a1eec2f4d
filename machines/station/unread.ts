import { unreadable } from '../../schema/wire/ids.ts';
import { parseStationPlace } from '../../schema/wire/places.ts';
import type { StationState } from '../contract.ts';
import { journeys } from '../policy/assess.ts';
import type { Sighting } from '../policy/custody.ts';
import { packAt } from '../policy/places.ts';
import { takeAlarm } from './alarms.ts';
import type { Draft } from './draft.ts';
import { bayContextOf } from './live.ts';
import { isUnreadKey, placeOfUnreadKey, unreadKey } from './unread-key.ts';

/**
 * A pack that is there and whose code nobody can read neither proves nor contradicts the ledger: a pack that the ledger has there stays,
 * and one that a motion brought there has come. Until a reader names it, it is an alarm of level 2 (never dispatched), an incident for
 * staff, and its place is not free: a bay stays held, a slot stays locked.
 */
interface Unread {
  /** The station's name of the place. */
  place: string;
  /** Pack that the ledger has there; null: a stranger. */
  pack: string | null;
}

const excluding = 2;
const incidentKey = (place: string): string => `unread/${place}`;

/** Kept among the alarms of the station's first bay. */
export function unreadOf(state: StationState): Unread[] {
  const keeper = Object.values(state.bays)[0];
  const alarms = keeper ? bayContextOf(keeper).alarms : [];
  return alarms.filter(({ key }) => isUnreadKey(key)).map(({ key, pack }) => ({ place: placeOfUnreadKey(key), pack }));
}

/** Isolation boxes whose pack cannot be read. */
export const unreadBoxes = (state: StationState): number[] =>
  unreadOf(state).flatMap(({ place }) => {
    const where = parseStationPlace(place);
    return where?.kind === 'isolation' ? [where.box] : [];
  });

/** The place of this bay where a pack cannot be read, or null. */
export const unreadInBay = (state: StationState, bay: string): string | null =>
  unreadOf(state).find(({ place }) => place.startsWith(`bay/${bay}/`))?.place ?? null;

/** A reader sees a pack and cannot tell which. */
export function takeUnreadable(draft: Draft, wire: string, sighting: Sighting): void {
  const { place, bay, swap, reading } = sighting;
  const brought = packAt(draft.state, place.key) ? null : packInHand(draft.state, sighting);
  const from = brought === null ? undefined : draft.state.packs[brought]?.place;
  if (brought !== null && from) {
    draft.apply({ kind: 'moveBattery', code: brought, from, to: place, bay, swap, cause: unreadable, reading });
  }
  markUnread(draft, wire, packAt(draft.state, place.key)?.code ?? null, swap);
}

/** The pack that the command was to bring here, when the ledger still has it where it came from. */
function packInHand(state: StationState, { place, command, bay, vin }: Sighting): string | null {
  if (!command) return null;
  const mine = journeys(command, state.station, bay ?? '', vin).find(({ to }) => to === place.key);
  return mine && state.packs[mine.pack]?.place.key === mine.from ? mine.pack : null;
}

export function markUnread(draft: Draft, place: string, pack: string | null, swap: string | null): void {
  const known = unreadOf(draft.state).find((each) => each.place === place);
  if (known && known.pack !== pack) clearUnread(draft, place);
  const where = parseStationPlace(place);
  const bay = where && 'bay' in where ? where.bay : null;
  if (!known || known.pack !== pack) {
    const detail = `a pack is at ${place} and its code cannot be read${pack === null ? '' : `; it should be ${pack}`}`;
    const alarm = {
      key: unreadKey(place),
      active: true,
      level: excluding,
      code: 'codeUnreadable',
      place,
      pack,
      detail,
    };
    takeAlarm(draft, alarm);
    const packs = pack === null ? [] : [pack];
    draft.apply({ kind: 'openIncident', key: incidentKey(place), code: 'codeUnreadable', bay, swap, packs, detail });
  }
  if (where?.kind === 'slot') lock(draft, where.slot, true);
  if (bay !== null)
    draft.feed(bay, 'bay', { type: 'hold', reason: `unreadable pack at ${place}`, by: 'reconciliation' });
}

/** The place has been read: its pack, or that it is empty. */
export function clearUnread(draft: Draft, place: string): void {
  const known = unreadOf(draft.state).find((each) => each.place === place);
  if (!known) return;
  const { pack } = known;
  const cleared = { active: false, level: excluding, code: 'codeUnreadable', place, pack, detail: null };
  takeAlarm(draft, { key: unreadKey(place), ...cleared });
  draft.apply({ kind: 'closeIncident', key: incidentKey(place), detail: 'read' });
  const where = parseStationPlace(place);
  if (where?.kind === 'slot') lock(draft, where.slot, ((pack && draft.state.packs[pack]?.alarmLevel) || 0) >= locking);
}

/** A pack that has been read at one place is nowhere else. */
export function clearUnreadOf(draft: Draft, pack: string): void {
  for (const each of unreadOf(draft.state)) if (each.pack === pack) clearUnread(draft, each.place);
}

const locking = 3;

function lock(draft: Draft, slot: number, locked: boolean): void {
  if (draft.state.slots[slot]?.locked !== locked) draft.apply({ kind: 'updateSlot', slot, patch: { locked } });
}
