import type { CommandType } from '../../schema/wire/commands.ts';
import {
  berthPlace,
  isolationPlace,
  parseStationPlace,
  type StationPlace,
  slotPlace,
} from '../../schema/wire/places.ts';
import { movePack } from '../world/change.ts';
import type { Bay, Slot } from '../world/model.ts';
import { connectSlot, disconnectSlot } from './charging.ts';
import { moveAt, readAt, readPack } from './hand-over.ts';
import { knownAs } from './labels.ts';
import type { MotionContext, MotionRow, Refusal, StageEnd } from './motion.ts';
import { deviceAt, firstOf } from './robot-motions.ts';

type ShuttleCommand = Extract<CommandType, 'fetchPack' | 'stowPack' | 'connectCharger' | 'isolatePack'>;

export const shuttleMotions: { [T in ShuttleCommand]: MotionRow<T> } = {
  fetchPack: {
    nominalMs: (context) => tripMs(context, context.params.slot),
    refuse: (context) => refuseFetch(context),
    stages: (context) => {
      const berth = berthPlace(context.bay.bay, context.params.berth);
      const carried = context.core.world.at.get(berth) === context.params.pack;
      return [
        deviceAt(context, 0, 'shuttle', 'between'),
        ...(carried
          ? [readAt(context, 0.5, berth)]
          : [
              deviceAt(context, 0.4, 'shuttle', 'atSlot'),
              { at: 0.5, run: () => loadFromSlot(context) },
              deviceAt(context, 0.55, 'shuttle', 'between'),
            ]),
        deviceAt(context, 1, 'shuttle', 'atLift'),
      ];
    },
    stuckReason: 'positionLost',
  },
  stowPack: {
    nominalMs: (context) => tripMs(context, context.params.slot),
    refuse: (context) => refuseStow(context),
    stages: (context) => [
      deviceAt(context, 0, 'shuttle', 'between'),
      deviceAt(context, 0.6, 'shuttle', 'atSlot'),
      ...moveAt(context, 0.8, context.params.pack, slotPlace(context.params.slot)),
    ],
    stuckReason: 'positionLost',
  },
  connectCharger: {
    nominalMs: () => 5_000,
    refuse: (context) => refuseConnect(context),
    stages: (context) => [{ at: 1, run: () => connect(context) }],
    stuckReason: 'chargerConnect',
  },
  isolatePack: {
    nominalMs: () => 30_000,
    refuse: (context) => refuseIsolate(context),
    stages: (context) => [
      deviceAt(context, 0, 'shuttle', 'between'),
      { at: 0.3, run: () => void unplug(context) },
      ...moveAt(context, 0.7, context.params.pack, context.params.to),
      deviceAt(context, 1, 'shuttle', 'atSlot'),
    ],
    stuckReason: 'positionLost',
  },
};

/** The nearest slot is 14 s away, the farthest 24 s. */
function tripMs({ core }: MotionContext, slot: number): number {
  const last = Math.max(1, core.world.slots.length - 1);
  return 14_000 + (10_000 * (slot - 1)) / last;
}

const slotOf = ({ core }: MotionContext, slot: number): Slot | undefined =>
  core.world.slots.find((candidate) => candidate.slot === slot);
/** The pack that the controller knows there. */
const packIn = ({ core }: MotionContext, place: string): string | null =>
  knownAs(core, core.world.at.get(place) ?? null);

function refuseFetch(context: MotionContext<'fetchPack'>): Refusal | null {
  const { bay, params, core } = context;
  const slot = slotOf(context, params.slot);
  const onBerth = packIn(context, berthPlace(bay.bay, params.berth));
  const locked = (core.world.packs.get(core.world.at.get(slotPlace(params.slot)) ?? '')?.hot ?? 0) >= 3;
  // An interrupted fetch that has already loaded may be driven to its end.
  const continuing = onBerth === params.pack && bay.shuttle === 'between';
  return firstOf(
    [slot !== undefined && params.berth <= bay.berths, 'badParameters', 'no such slot or berth'],
    [continuing || onBerth === null, 'placeOccupied', 'the berth is not free'],
    [continuing || !locked, 'interlock', 'the slot is locked by an alarm'],
  );
}

/** The shuttle takes what is in the slot and only then reads it. */
function loadFromSlot(context: MotionContext<'fetchPack'>): StageEnd {
  const { core, bay, params, commandId } = context;
  const place = slotPlace(params.slot);
  const found = core.world.at.get(place);
  if (found === undefined) {
    readPack(context, place);
    return { reason: 'packMissing', detail: `${place} is empty` };
  }
  const slot = slotOf(context, params.slot);
  if (slot) disconnectSlot(core, slot, 'removed');
  const berth = berthPlace(bay.bay, params.berth);
  movePack(core, found, berth, commandId);
  const read = readPack(context, berth);
  return read === params.pack ? undefined : { reason: 'wrongPack', detail: `found ${read}` };
}

function refuseStow(context: MotionContext<'stowPack'>): Refusal | null {
  const { bay, params } = context;
  const onBerth = packIn(context, berthPlace(bay.bay, params.berth));
  const inSlot = packIn(context, slotPlace(params.slot));
  const continuing = inSlot === params.pack && onBerth === null && bay.shuttle === 'between';
  return firstOf(
    [
      slotOf(context, params.slot) !== undefined && params.berth <= bay.berths,
      'badParameters',
      'no such slot or berth',
    ],
    [continuing || onBerth !== null, 'packMissing', 'the berth is empty'],
    [continuing || onBerth === params.pack, 'wrongPack', 'another pack is on the berth'],
    [continuing || inSlot === null, 'placeOccupied', 'the slot is not free'],
  );
}

function refuseConnect(context: MotionContext<'connectCharger'>): Refusal | null {
  const { params } = context;
  const slot = slotOf(context, params.slot);
  const inSlot = packIn(context, slotPlace(params.slot));
  return firstOf(
    [slot !== undefined, 'badParameters', 'no such slot'],
    [inSlot !== null, 'packMissing', 'the slot is empty'],
    [inSlot === params.pack, 'wrongPack', 'another pack is in the slot'],
    [slot?.connected === false, 'interlock', 'charger is connected'],
  );
}

function connect(context: MotionContext<'connectCharger'>): StageEnd {
  const slot = slotOf(context, context.params.slot);
  if (!slot || slot.faulty) return { reason: 'chargerConnect', detail: 'charger does not answer' };
  connectSlot(context.core, slot);
  return undefined;
}

function refuseIsolate(context: MotionContext<'isolatePack'>): Refusal | null {
  const { params, core } = context;
  const from = parseStationPlace(params.from);
  const to = parseStationPlace(params.to);
  const there = packIn(context, params.from);
  const leaves = from?.kind === 'slot' ? slotOf(context, from.slot) !== undefined : isOwnBerth(context.bay, from);
  const fits = leaves && to?.kind === 'isolation' && to.box <= core.world.isolationBoxes;
  const continuing = packIn(context, params.to) === params.pack && there === null && context.bay.shuttle === 'between';
  return firstOf(
    [fits, 'badParameters', 'from a slot, or a berth of this bay, to an isolation box'],
    [continuing || there !== null, 'packMissing', `${params.from} is empty`],
    [continuing || there === params.pack, 'wrongPack', `another pack is in ${params.from}`],
    [continuing || packIn(context, params.to) === null, 'placeOccupied', `${params.to} is not free`],
  );
}

const isOwnBerth = (bay: Bay, from: StationPlace | null): boolean =>
  from?.kind === 'berth' && from.bay === bay.bay && from.berth <= bay.berths;

function unplug(context: MotionContext<'isolatePack'>): undefined {
  const from = parseStationPlace(context.params.from);
  const slot = from?.kind === 'slot' ? slotOf(context, from.slot) : undefined;
  if (slot) disconnectSlot(context.core, slot, 'removed');
}

/** First free isolation box, or null. */
export function freeIsolation(context: Pick<MotionContext, 'core'>): string | null {
  const { core } = context;
  for (let box = 1; box <= core.world.isolationBoxes; box += 1) {
    if (!core.world.at.has(isolationPlace(box))) return isolationPlace(box);
  }
  return null;
}
