import { parseCommandId } from '../../schema/wire/command-id.ts';
import { type CommandType, moverOf } from '../../schema/wire/commands.ts';
import type { CommandMessage } from '../../schema/wire/downlink.ts';
import { bayOf, beat, type Core, instantOf, type KnownCommand, noteFact } from '../core.ts';
import type { Bay } from '../world/model.ts';
import { raiseAlarm } from './alarms.ts';
import { setChargeLimit, settleCharging } from './charging.ts';
import { disturbStages } from './disturb.ts';
import { type MotionContext, type MotionEnd, type MotionRow, type Refusal, type Stage, startMotion } from './motion.ts';
import { motionTable } from './motion-table.ts';
import { runPowerFault } from './power.ts';
import { emit, sendAgain } from './publish.ts';
import { finishCommand, journalResult, remember } from './results.ts';
import { stopBay } from './safety.ts';

/** A command, or what could be read of one whose type or parameters are wrong. */
export interface CommandHead {
  id: string;
  hash: string;
  bay: string;
  type: string;
  params: unknown;
  validity: { boot: number; untilBeat: number };
  /** Why it cannot be understood. */
  problem: Refusal | null;
}

/** The life of a command id: new → journaled refusal, expiry or intent; known → the journaled answer. */
export function receiveCommand(core: Core, command: CommandHead): void {
  const known = core.plc.commands.get(command.id);
  if (known) {
    if (known.hash === command.hash) repeatAnswer(core, known);
    else refuseConflict(core, command);
    return;
  }
  const fresh = newKnown(command, command.type as CommandType);
  const end = whyNotBegin(core, command);
  if (end) {
    journalResult(core, command.id, fresh, end, 0);
    if (end.outcome === 'refused') noteRefusal(core, command, end);
    return;
  }
  begin(core, command as CommandMessage & CommandHead, fresh);
}

const cancelledForBeats = 300;

/** Withdraws what has not begun; an id never seen is withdrawn for the future. */
export function receiveCancel(core: Core, cancel: { id: string; hash: string; bay: string }): void {
  const known = core.plc.commands.get(cancel.id);
  if (known) {
    if (known.state === 'running') answerTooLate(core, known);
    else repeatAnswer(core, known);
    return;
  }
  const end: MotionEnd = { outcome: 'cancelled', reason: null, detail: null };
  // The command itself may still be on its way; how long it is valid is not known here.
  const validity = { boot: core.plc.boot, untilBeat: beat(core) + cancelledForBeats };
  journalResult(core, cancel.id, newKnown({ ...cancel, validity }, 'cancelled'), end, 0);
}

function answerTooLate(core: Core, known: KnownCommand): void {
  if (known.tooLateSeq !== null) {
    sendAgain(core, known.tooLateSeq);
    return;
  }
  remember(core, known.id, known);
  known.tooLateSeq = emit(core, 'cancelTooLate', { id: known.id });
}

type Named = Pick<CommandHead, 'id' | 'hash' | 'bay' | 'validity'>;

function newKnown({ id, hash, bay, validity }: Named, type: KnownCommand['type']): KnownCommand {
  return {
    validity,
    id,
    hash,
    bay,
    type,
    state: 'running',
    acceptedSeq: null,
    resultSeq: null,
    outcome: null,
    tooLateSeq: null,
  };
}

function repeatAnswer(core: Core, known: KnownCommand): void {
  const seq = known.state === 'running' ? known.acceptedSeq : known.resultSeq;
  if (seq !== null) sendAgain(core, seq);
}

/** Same id, other hash: somebody is badly wrong. The bay stops, a person looks. */
function refuseConflict(core: Core, command: CommandHead): void {
  const key = `${command.id}#${command.hash}`;
  const before = core.plc.commands.get(key);
  if (before) {
    repeatAnswer(core, before);
    return;
  }
  const bay = core.world.bays.find((candidate) => candidate.bay === command.bay);
  if (bay) stopBay(core, bay, 'awaitingReset', 'commandConflict');
  const end: MotionEnd = { outcome: 'conflict', reason: null, detail: 'same id with another hash' };
  journalResult(core, key, newKnown(command, command.type as CommandType), end, 0);
  raiseAlarm(core, { key: `conflict/${command.bay}`, level: 1, code: 'commandConflict', detail: command.id });
}

/** The reasons not to start, in the order a controller asks them. */
function whyNotBegin(core: Core, command: CommandHead): MotionEnd | null {
  const { plc } = core;
  if (command.validity.boot !== plc.boot || beat(core) > command.validity.untilBeat) {
    return { outcome: 'expired', reason: null, detail: null };
  }
  const refusal = command.problem ?? interlock(core, command);
  return refusal && { outcome: 'refused', ...refusal };
}

function interlock(core: Core, command: CommandHead): Refusal | null {
  const bay = core.world.bays.find((candidate) => candidate.bay === command.bay);
  const named = parseCommandId(command.id);
  if (!bay || named?.bay !== command.bay || named.station !== core.options.id) {
    return { reason: 'badParameters', detail: 'no such bay, or the id names another' };
  }
  if (core.plc.journal.isFull()) return { reason: 'other', detail: 'journal full' };
  const type = command.type as CommandType;
  if (type === 'setChargeLimit') return null;
  if (bay.safety !== 'ready') {
    const reason = bay.safety === 'awaitingConfirm' ? 'awaitingConfirm' : 'emergencyStop';
    return { reason, detail: `bay is ${bay.safety}` };
  }
  const busy = moverKeys(command.bay, type).find((mover) => core.plc.motions.has(mover));
  if (busy) return { reason: 'moverBusy', detail: `${busy} is moving` };
  const row = motionTable[type] as MotionRow;
  return row.refuse({ core, bay, params: command.params as never, commandId: command.id });
}

function moverKeys(bay: string, type: CommandType): string[] {
  const mover = moverOf[type];
  if (mover === 'none') return [];
  return mover === 'both' ? [`${bay}/robot`, `${bay}/shuttle`] : [`${bay}/${mover}`];
}

function begin(core: Core, command: CommandMessage, fresh: KnownCommand): void {
  const { id, type } = command;
  core.meter.commandBegins(command.bay, type, moverOf[type], instantOf(core));
  const acceptedSeq = emit(core, 'commandAccepted', { id });
  const known: KnownCommand = { ...fresh, acceptedSeq };
  remember(core, id, known);
  if (type === 'setChargeLimit') applyLimit(core, command, known);
  else move(core, command, known);
}

function applyLimit(core: Core, command: CommandMessage, known: KnownCommand): void {
  const params = command.params as { slot: number | null; powerW: number };
  settleCharging(core);
  const done = setChargeLimit(core, params.slot, params.powerW);
  const failed: MotionEnd = { outcome: 'failed', reason: 'badParameters', detail: 'no such slot' };
  finishCommand(core, known, done ? { outcome: 'completed', reason: null, detail: null } : failed, 0);
}

function move(core: Core, command: CommandMessage, known: KnownCommand): void {
  const type = command.type as Exclude<CommandType, 'setChargeLimit'>;
  const bay = bayOf(core, command.bay);
  const context: MotionContext = { core, bay, params: command.params as never, commandId: command.id };
  const row = motionTable[type] as MotionRow;
  const fault = core.faults.forMotion(command.bay, type);
  const power = fault.power;
  if (power?.when === 'beforeMotion') {
    noteFact(core, { kind: 'hand', what: 'power fails before the motion' });
    core.clock.afterEquip(0, () => runPowerFault(core, power));
    return;
  }
  const stages: Stage[] = disturbStages(context, row, type, fault);
  startMotion(core, {
    id: command.id,
    hash: command.hash,
    type,
    bay: command.bay,
    movers: moverKeys(command.bay, type),
    durationMs: Math.round(row.nominalMs(context) * paceOf(core, bay) * fault.slow),
    stages,
    interruptAt: power ? (power.when === 'inMotion' ? core.random.faults.between(0.15, 0.9) : 1) : null,
    interrupt: () => power && runPowerFault(core, power),
    done: (end, durationMs) => finishCommand(core, known, context.unread ? unread : end, durationMs),
  });
}

const unread: MotionEnd = { outcome: 'failed', reason: 'wrongPack', detail: 'unreadable' };

/**
 * Equipment is never twice the same: a pace for each car (its weight, its bolts) and some scatter of each step. Together 0.926 to
 * 1.108 of nominal, so that a healthy swap takes 72 to 88 s.
 */
function paceOf(core: Core, bay: Bay): number {
  return bay.pace * core.random.steps.between(0.975, 1.045);
}

function noteRefusal(core: Core, command: CommandHead, end: MotionEnd): void {
  const { id, bay, type } = command;
  noteFact(core, {
    kind: 'refused',
    bay,
    motion: type,
    commandId: id,
    reason: end.reason ?? 'other',
    detail: end.detail,
  });
}
