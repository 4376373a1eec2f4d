import { unreadable } from '../../schema/wire/ids.ts';
import type { Core } from '../core.ts';
import type { Pack } from '../world/model.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';

const alarmKey = (place: string): string => `label/${place}`;
const isDirty = (pack: Pack | undefined): boolean => pack?.label === 'dirty' || pack?.label === 'unread';

/** What the reader of a place says now. */
export function readerSees(core: Core, code: string | null): string | null {
  return code !== null && isDirty(core.world.packs.get(code)) ? unreadable : code;
}

/** A slot has no reader: the plug asks the pack's BMS, and without the plug the last reading counts. */
export function slotSees(core: Core, slot: number, code: string | null): string | null {
  return core.world.slots[slot - 1]?.connected ? code : knownAs(core, code);
}

/** What the controller takes the pack for: its name, unless the last reader could not read it. */
export function knownAs(core: Core, code: string | null): string | null {
  return code !== null && core.world.packs.get(code)?.label === 'unread' ? unreadable : code;
}

/** A reader sees a pack and cannot tell which. */
export function tellUnreadable(core: Core, code: string, place: string): void {
  const pack = core.world.packs.get(code);
  if (pack) pack.label = 'unread';
  core.touch(`pack/${code}`);
  raiseAlarm(core, { key: alarmKey(place), level: 2, code: 'codeUnreadable', place });
}

export function soil(core: Core, pack: Pack): void {
  pack.label = 'dirty';
  core.touch(`pack/${pack.code}`);
}

/** Somebody wipes every label. False when all were clean. */
export function cleanLabels(core: Core): boolean {
  const dirty = [...core.world.packs.values()].filter(isDirty);
  for (const pack of dirty) {
    pack.label = 'clean';
    core.touch(`pack/${pack.code}`);
  }
  const told = [...core.plc.alarms.keys()].filter((key) => key.startsWith(alarmKey('')));
  for (const key of told) clearAlarm(core, key);
  return dirty.length > 0;
}
