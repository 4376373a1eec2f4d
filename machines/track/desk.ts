import type { Command } from '../../schema/wire/commands.ts';
import type { Effect, MachineKind, Track } from '../contract.ts';
import type { Step, TrackOwner } from './memory.ts';

/** What a track asks the machine it stands in: everything that differs between the bay's shuttle and the tracks of a cycle. */
export interface Desk<C extends TrackOwner> {
  machine: MachineKind;
  instance(context: C): string;
  /** Swap that commands and timeline belong to, or null. */
  swap(context: C): string | null;
  vin(context: C): string;
  /** The command of a step as things stand, or null while it cannot be given. */
  command(context: C, track: Track, step: Step): Command | null;
  /**
   * The same for a step whose gate has just opened. The other track may have moved in the same microstep: it may stop the next step,
   * not this one any more.
   */
  commandNow(context: C, track: Track, step: Step): Command | null;
  /** Must this step be left again at its gate? */
  offPlan(context: C, track: Track, step: Step): boolean;
  /** What follows from a step that is proved, or given up after its failure. */
  passed(context: C, track: Track, step: Step): Partial<C>;
  failed(context: C, track: Track, step: Step): Partial<C>;
  /** Effects of the same. Run before the context changes. */
  passedEffects(context: C, track: Track, step: Step): Effect[];
  failedEffects(context: C, track: Track, step: Step): Effect[];
  /** A track stops and calls people, or goes on after one came. */
  personEffects(context: C, track: Track, why: string): Effect[];
  attendedEffects(context: C, track: Track): Effect[];
  nextOrdinal(context: C): number;
  counted(context: C): Partial<C>;
}
