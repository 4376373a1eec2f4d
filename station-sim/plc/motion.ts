import type { CommandOutcome, CommandParams, CommandType, FailureReason } from '../../schema/wire/commands.ts';
import { type Core, noteFact } from '../core.ts';
import type { Cancel } from '../world/clock.ts';
import type { Bay } from '../world/model.ts';

export interface Refusal {
  reason: FailureReason;
  detail: string;
}

/** What a stage can end the motion with before its time. */
export type StageEnd = Refusal | undefined;

/** A point of a motion where something physical is done; `at` is the share of its duration. */
export interface Stage {
  at: number;
  run(): StageEnd;
}

export interface MotionContext<T extends CommandType = CommandType> {
  core: Core;
  bay: Bay;
  params: CommandParams<T>;
  commandId: string | null;
  /** A reader on the way could not read the pack: the motion ends where it should, and has failed. */
  unread?: boolean;
}

/** One row of the motion table: when it may begin, how long it takes and what it does when. */
export interface MotionRow<T extends CommandType = CommandType> {
  nominalMs(context: MotionContext<T>): number;
  refuse(context: MotionContext<T>): Refusal | null;
  stages(context: MotionContext<T>): Stage[];
  stuckReason: FailureReason;
}

export interface MotionEnd {
  outcome: CommandOutcome;
  reason: FailureReason | null;
  detail: string | null;
}

/** A motion under way. */
export interface Motion {
  /** Null: the station's own, without a command. */
  id: string | null;
  hash: string;
  type: CommandType;
  bay: string;
  movers: string[];
  startedEquipMs: number;
  durationMs: number;
  /** Ends it at once without any further stage. */
  stop(): void;
}

export interface MotionStart {
  id: string | null;
  hash: string;
  type: CommandType;
  bay: string;
  movers: string[];
  durationMs: number;
  stages: Stage[];
  /** The share of the duration at which `interrupt` is called instead of going on; null: never. */
  interruptAt: number | null;
  interrupt: () => void;
  done: (end: MotionEnd, durationMs: number) => void;
}

const completed: MotionEnd = { outcome: 'completed', reason: null, detail: null };

/** Starts a motion: its stages run at their times until one fails or the last is done. */
export function startMotion(core: Core, start: MotionStart): Motion {
  const cancels: Cancel[] = [];
  const startedEquipMs = core.clock.equipMs();
  const { id, hash, type, bay, movers, durationMs } = start;
  const motion: Motion = { id, hash, type, bay, movers, startedEquipMs, durationMs, stop: () => leave('interrupted') };

  function leave(phase: 'end' | 'interrupted'): void {
    for (const cancel of cancels) cancel();
    for (const mover of movers) core.plc.motions.delete(mover);
    noteFact(core, { kind: 'motion', phase, bay, motion: type, commandId: id });
  }

  function finish(end: MotionEnd): void {
    leave('end');
    start.done(end, Math.round(core.clock.equipMs() - startedEquipMs));
  }

  function runStage(stage: Stage): boolean {
    const problem = stage.run();
    if (!problem) return true;
    finish({ outcome: 'failed', reason: problem.reason, detail: problem.detail });
    return false;
  }

  for (const mover of movers) core.plc.motions.set(mover, motion);
  noteFact(core, { kind: 'motion', phase: 'begin', bay, motion: type, commandId: id });
  for (const stage of start.stages) {
    if (stage.at <= 0) {
      if (!runStage(stage)) return motion;
    } else cancels.push(core.clock.afterEquip(stage.at * durationMs, () => void runStage(stage)));
  }
  if (start.interruptAt !== null) cancels.push(core.clock.afterEquip(start.interruptAt * durationMs, start.interrupt));
  cancels.push(core.clock.afterEquip(durationMs, () => finish(completed)));
  return motion;
}
