import type { AnyMachineSnapshot } from 'xstate';
import type { MachineKind, StationState, StepContext } from '../contract.ts';
import type { Image } from '../track/memory.ts';
import { bayContextOf, liveOf } from './live.ts';
import { unreadBoxes } from './unread.ts';

export type MachineEvent = { type: string } & Record<string, unknown>;

/** The moment of an input by the station's clock. */
export interface Moment {
  at: number;
  atMs: number | null;
}

export interface ImageOf {
  revision: number;
  context: StepContext;
  moment: Moment;
}

/** The process image of a machine of this bay. */
export function imageOfBay(state: StationState, bay: string, { revision, context, moment }: ImageOf): Image {
  const own = state.bays[bay];
  const bayContext = own ? bayContextOf(own) : null;
  const phase = bayContext?.shuttle.phase ?? 'idle';
  return {
    state,
    now: context.now,
    at: moment.at,
    atMs: moment.atMs,
    boot: state.boot,
    revision,
    epoch: context.epoch,
    validity: { boot: state.boot, untilBeat: context.beat + context.validBeats },
    bayBusy: phase !== 'idle' && phase !== 'gate',
    bayStuck: phase === 'person',
    isolate: bayContext?.isolate ?? [],
    unreadBoxes: unreadBoxes(state),
  };
}

/** No guard looks at the clock, so a question needs none. */
const asking: StepContext = { now: 0, epoch: 0, beat: 0, validBeats: 0 };

/** Would this event do anything now? */
export function canTake(state: StationState, bay: string, machine: MachineKind, event: MachineEvent): boolean {
  const instance = state.bays[bay]?.[machine];
  if (!instance) return false;
  const moment: Moment = { at: 0, atMs: null };
  const image = imageOfBay(state, bay, { revision: instance.revision + 1, context: asking, moment });
  return withImage(liveOf(instance).snapshot, image).can(event);
}

export function withImage(snapshot: AnyMachineSnapshot, image: Image): AnyMachineSnapshot {
  return { ...snapshot, context: { ...snapshot.context, image } } as AnyMachineSnapshot;
}

/** The key stays, empty: a context whose shape changed with every step would be slow to copy. JSON leaves it out. */
export function withoutImage(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  return { ...snapshot, context: { ...snapshot.context, image: undefined } } as AnyMachineSnapshot;
}

export function withoutKey<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
