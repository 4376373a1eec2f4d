import type { EventBody } from '../../schema/wire/events.ts';
import { countNegativeEvent } from '../policy/counters.ts';
import { packAt, slotOf } from '../policy/places.ts';
import type { Draft } from './draft.ts';
import { bayContextOf } from './live.ts';
import { unreadKey } from './unread-key.ts';

/** Level 3 locks the slot; level 4 is a thermal event: the pack goes to isolation first. */
const lockingLevel = 3;
const thermalLevel = 4;
const excludingLevel = 2;

/** The bay that keeps what concerns the station as a whole. */
const firstBay = (draft: Draft): string => Object.keys(draft.state.bays)[0] ?? '1';

/** An alarm of the station: passed on, and where it concerns a pack, the consequences of its level (GB/T 32960). */
export function takeAlarm(draft: Draft, alarm: EventBody<'alarm'>): void {
  const { key, active, level, code, place, pack } = alarm;
  const detail = alarm.detail ?? '';
  if (active) draft.apply({ kind: 'raiseAlarm', key, level, code, bay: null, place, pack, detail });
  else draft.apply({ kind: 'clearAlarm', key });
  const keeper = firstBay(draft);
  draft.feed(keeper, 'bay', { type: 'alarm', key, active, level, pack });
  if (pack !== null) setPackLevel(draft, pack);
  if (!active) unlockEmptySlots(draft);
}

/**
 * A pack that was taken to isolation has left its slot locked, and nobody would unlock it: empty slots may be used again once no pack of the station
 * has an alarm of that level. What stands in a slot and cannot be read keeps it locked.
 */
function unlockEmptySlots(draft: Draft): void {
  const { state } = draft;
  const own = state.bays[firstBay(draft)];
  const alarms = own ? bayContextOf(own).alarms : [];
  if (alarms.some(({ level, pack }) => pack !== null && level >= lockingLevel)) return;
  for (const { slot, locked } of Object.values(state.slots)) {
    const isEmpty = packAt(state, `${state.station}/slot/${slot}`) === null;
    const isUnread = alarms.some(({ key }) => key === unreadKey(`slot/${slot}`));
    if (locked && isEmpty && !isUnread) setSlotLock(draft, slot, false);
  }
}

/** The highest level of the active alarms of a pack. */
function levelOf(draft: Draft, pack: string): number {
  const own = draft.state.bays[firstBay(draft)];
  const alarms = own ? bayContextOf(own).alarms : [];
  return alarms.reduce((highest, alarm) => (alarm.pack === pack ? Math.max(highest, alarm.level) : highest), 0);
}

function setPackLevel(draft: Draft, pack: string): void {
  const facts = draft.state.packs[pack];
  if (!facts) return;
  const level = levelOf(draft, pack);
  if (level === facts.alarmLevel) return;
  // The station takes `ready` back with level 2 and says `packReady` again when it is over.
  const patch = level >= excludingLevel ? { alarmLevel: level, ready: false } : { alarmLevel: level };
  const worse = level >= excludingLevel && level > facts.alarmLevel;
  draft.apply({ kind: 'updateBattery', code: pack, patch: { ...patch, ...(worse ? countNegativeEvent(facts) : {}) } });
  const slot = slotOf(draft.state, facts);
  if (slot !== null) setSlotLock(draft, slot, level >= lockingLevel);
  if (level >= thermalLevel) draft.feed(shuttleFor(draft, pack), 'bay', { type: 'isolate', pack });
  for (const bay in draft.state.bays) draft.feed(bay, 'cycle', { type: 'packAlarm', pack, level });
}

function setSlotLock(draft: Draft, slot: number, locked: boolean): void {
  if (draft.state.slots[slot]?.locked === locked) return;
  draft.apply({ kind: 'updateSlot', slot, patch: { locked } });
  const powerW = locked ? 0 : draft.state.type.slotPowerW;
  draft.feed(firstBay(draft), 'bay', { type: 'limitWanted', slot, powerW });
}

/** A pack on a bay's berth is that bay's; one in a slot goes to the first bay that may move. */
export function shuttleFor(draft: Draft, pack: string): string {
  const key = draft.state.packs[pack]?.place.key ?? '';
  const bays = Object.keys(draft.state.bays);
  const own = bays.find((bay) => key.startsWith(`${draft.state.station}/bay/${bay}/`));
  const running = bays.find((bay) => {
    const state = draft.state.bays[bay];
    return state && bayContextOf(state).mode === 'running';
  });
  return own ?? running ?? firstBay(draft);
}

/** Smoke names no pack: charging stops, and people decide. Exhaust and siren are the station's own. */
export function takeSmoke(draft: Draft, { bay, active }: EventBody<'smoke'>): void {
  const key = bay === null ? 'smoke/slots' : `smoke/bay/${bay}`;
  if (!active) {
    draft.apply({ kind: 'clearAlarm', key });
    const powerW = draft.state.type.stationPowerW;
    if (bay === null) draft.feed(firstBay(draft), 'bay', { type: 'limitWanted', slot: null, powerW });
    return;
  }
  const detail = bay === null ? 'smoke at the slots' : `smoke in bay ${bay}`;
  draft.apply({ kind: 'raiseAlarm', key, level: thermalLevel, code: 'smoke', bay, place: null, pack: null, detail });
  if (bay === null) draft.feed(firstBay(draft), 'bay', { type: 'limitWanted', slot: null, powerW: 0 });
  else draft.feed(bay, 'bay', { type: 'hold', reason: 'smoke', by: 'system' });
}
