import { unreadable } from '../../schema/wire/ids.ts';
import { berthPlace, liftPlace, vehiclePlace } from '../../schema/wire/places.ts';
import type { Core } from '../core.ts';
import { movePack } from '../world/change.ts';
import { type Bay, packInFrame } from '../world/model.ts';
import { readBms } from '../world/pack.ts';
import { readerSees, tellUnreadable } from './labels.ts';
import type { MotionContext, Stage, StageEnd } from './motion.ts';
import { emit } from './publish.ts';

/** Reads the pack at a place and journals what is there. Gives the code read. */
export function readPack(context: Pick<MotionContext, 'core' | 'bay' | 'commandId' | 'unread'>, place: string) {
  const { core, bay, commandId } = context;
  const there = packAt(core, bay, place);
  const code = readerSees(core, there);
  const pack = code ? core.world.packs.get(code) : undefined;
  noteKnown(core, place, there);
  emit(core, 'packRead', { place, code, commandId, reading: pack ? readBms(pack, core.clock.equipMs()) : null });
  if (there !== null && code === unreadable) {
    context.unread = true;
    tellUnreadable(core, there, place);
  }
  return code;
}

/** A pack read here is no longer where it was read before. */
export function noteKnown(core: Core, place: string, code: string | null): void {
  const { known } = core.plc;
  for (const [other, pack] of known) if (pack === code) known.delete(other);
  if (code === null) known.delete(place);
  else known.set(place, code);
}

/** Every berth, lift and frame of a bay, as its readers see it now. */
function* bayPlaces(bay: Bay): Generator<string> {
  for (let berth = 1; berth <= bay.berths; berth += 1) yield berthPlace(bay.bay, berth);
  yield liftPlace(bay.bay);
  yield vehiclePlace(bay.bay);
}

/**
 * Places whose content is not what was last read there: those of the bay, and the slot or box into which one of its packs has just gone. A
 * pack that has come somewhere is told before the place it left.
 */
export function changedPlaces(core: Core, bay: Bay): string[] {
  const { known } = core.plc;
  const own = [...bayPlaces(bay)];
  const arrived = own.flatMap((place) => {
    const now = core.world.packs.get(known.get(place) ?? '')?.place ?? '';
    return now.startsWith('slot/') || now.startsWith('isolation/') ? [now] : [];
  });
  const changed = own.filter((place) => (known.get(place) ?? null) !== packAt(core, bay, place));
  const empty = (place: string) => Number(packAt(core, bay, place) === null);
  return [...arrived, ...changed.sort((a, b) => empty(a) - empty(b))];
}

/** People have seen to the bay and hello tells all: what is there now is known. */
export function knowAll(core: Core, bay: Bay): void {
  for (const place of bayPlaces(bay)) noteKnown(core, place, packAt(core, bay, place));
}

function packAt(core: Core, bay: Bay, place: string): string | null {
  if (place !== vehiclePlace(bay.bay)) return core.world.at.get(place) ?? null;
  return bay.phase === 'inPosition' ? packInFrame(core.world, bay) : null;
}

export function readAt(context: MotionContext, at: number, place: string): Stage {
  return { at, run: () => void readPack(context, place) };
}

/**
 * Moves a pack to a place at one moment and reads it there shortly after. A pack that is already there (an interrupted
 * motion brought it) is only read.
 */
export function moveAt(context: MotionContext, at: number, code: string, place: string): Stage[] {
  const { core, commandId } = context;
  const move: Stage = { at, run: () => moveUnlessThere(core, code, place, commandId) };
  return [move, readAt(context, Math.min(1, at + 0.05), place)];
}

function moveUnlessThere(core: Core, code: string, place: string, commandId: string | null): StageEnd {
  const there = core.world.at.get(place);
  if (there === code) return undefined;
  // A hand has put a pack there during the motion: the mover feels it and stops short.
  if (there !== undefined) return { reason: 'placeOccupied', detail: `${place} is not free` };
  movePack(core, code, place, commandId);
  return undefined;
}
