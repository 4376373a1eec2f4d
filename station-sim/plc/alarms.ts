import { parseStationPlace } from '../../schema/wire/places.ts';
import type { ActiveAlarm, Core } from '../core.ts';
import { setDevice } from '../world/change.ts';
import type { Bay, Pack } from '../world/model.ts';
import { considerCharging, disconnectSlot, endCharge } from './charging.ts';
import { moveAt } from './hand-over.ts';
import { startMotion } from './motion.ts';
import { emit } from './publish.ts';
import { freeIsolation } from './shuttle-motions.ts';

/** The service has this long to isolate a burning pack by its own choice. */
const ownIsolationAfterMs = 5_000;
const hotCellC: Record<2 | 3 | 4, number> = { 2: 58, 3: 72, 4: 140 };

type AlarmFacts = Pick<ActiveAlarm, 'key' | 'level' | 'code'> & Partial<ActiveAlarm>;

export function raiseAlarm(core: Core, facts: AlarmFacts): void {
  const alarm: ActiveAlarm = { place: null, pack: null, detail: null, ...facts, active: true };
  core.plc.alarms.set(alarm.key, alarm);
  core.touch(`alarm/${alarm.key}`);
  if (core.plc.on) emit(core, 'alarm', alarm);
}

export function clearAlarm(core: Core, key: string): void {
  const alarm = core.plc.alarms.get(key);
  if (!alarm) return;
  core.plc.alarms.delete(key);
  core.touch(`alarm/${key}`);
  if (core.plc.on) emit(core, 'alarm', { ...alarm, active: false });
}

/** The station's name of where a pack is: a car in the bay is the bay's vehicle place. */
export function stationPlaceOf(core: Core, pack: Pack): string | null {
  if (!pack.place?.startsWith('vehicle/')) return pack.place;
  const vin = pack.place.slice('vehicle/'.length);
  const bay = core.world.bays.find((candidate) => candidate.vin === vin);
  return bay ? `bay/${bay.bay}/vehicle` : null;
}

/** A pack gets hot. Level 2 takes it out of dispatch, 3 locks its slot, 4 is a thermal event with smoke. */
export function overheat(core: Core, pack: Pack, level: 2 | 3 | 4): void {
  pack.hot = level;
  pack.cellC = hotCellC[level];
  pack.cellAtMs = core.clock.equipMs();
  core.touch(`pack/${pack.code}`);
  const place = stationPlaceOf(core, pack);
  const parsed = place ? parseStationPlace(place) : null;
  const slot = parsed?.kind === 'slot' ? core.world.slots[parsed.slot - 1] : undefined;
  if (slot) {
    if (level >= 3) endCharge(core, slot, 'fault');
    slot.ready = false;
    core.touch(`slot/${slot.slot}`);
  }
  raiseAlarm(core, {
    key: `temperature/${pack.code}`,
    level,
    code: level === 4 ? 'thermalEvent' : 'batteryHighTemperature',
    place,
    pack: pack.code,
  });
  if (level < 4) return;
  pack.smoke = { bay: parsed && 'bay' in parsed ? parsed.bay : null };
  if (core.plc.on) emit(core, 'smoke', { ...pack.smoke, active: true });
  core.clock.afterEquip(ownIsolationAfterMs, () => isolateByItself(core, pack));
}

/** It stands in its box, or has cooled. */
function endSmoke(core: Core, pack: Pack): void {
  if (!pack.smoke) return;
  if (core.plc.on) emit(core, 'smoke', { ...pack.smoke, active: false });
  pack.smoke = null;
  core.touch(`pack/${pack.code}`);
}

/** GB/T 51077-2024: the transfer from slot to isolation area follows the smoke alarm by itself. It waits for a motion in progress. */
function isolateByItself(core: Core, pack: Pack): void {
  if (pack.hot !== 4 || !pack.place) return;
  const from = parseStationPlace(pack.place);
  const to = freeIsolation({ core });
  if (from?.kind !== 'slot' || !to) return;
  const slot = core.world.slots[from.slot - 1];
  const bay = core.world.bays.find((candidate) => isFree(core, candidate));
  if (!bay) {
    core.clock.afterEquip(2_000, () => isolateByItself(core, pack));
    return;
  }
  const context = { core, bay, params: {}, commandId: null };
  startMotion(core, {
    id: null,
    hash: '',
    type: 'isolatePack',
    bay: bay.bay,
    movers: [`${bay.bay}/shuttle`],
    durationMs: 30_000,
    stages: [
      { at: 0, run: () => void setDevice(core, bay, 'shuttle', 'between', null) },
      { at: 0.3, run: () => void (slot && disconnectSlot(core, slot, 'fault')) },
      ...moveAt(context, 0.7, pack.code, to),
      { at: 1, run: () => void setDevice(core, bay, 'shuttle', 'atSlot', null) },
    ],
    interruptAt: null,
    interrupt: () => {},
    done: () => endSmoke(core, pack),
  });
}

/** The shuttle stands still, the bay may move, and no robot motion of a swap is under way. */
function isFree(core: Core, bay: Bay): boolean {
  const { motions } = core.plc;
  const still = !motions.has(`${bay.bay}/shuttle`) && !motions.has(`${bay.bay}/robot`);
  return core.plc.on && bay.safety === 'ready' && still;
}

/** Everything that was hot is sound again: a person has dealt with it. */
export function coolAll(core: Core): void {
  for (const pack of core.world.packs.values()) {
    if (pack.hot === 0) continue;
    pack.hot = 0;
    pack.cellC = 30;
    endSmoke(core, pack);
    core.touch(`pack/${pack.code}`);
    clearAlarm(core, `temperature/${pack.code}`);
  }
  for (const slot of core.world.slots) {
    if (slot.faulty) {
      slot.faulty = false;
      clearAlarm(core, `charger/${slot.slot}`);
    }
    considerCharging(core, slot);
  }
}
