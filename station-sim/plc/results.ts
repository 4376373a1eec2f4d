import { type CommandType, moverOf } from '../../schema/wire/commands.ts';
import { bayOf, beat, type Core, instantOf, type KnownCommand, noteFact } from '../core.ts';
import { letGo } from '../traffic/bay-traffic.ts';
import { packInFrame, sensorsOf } from '../world/model.ts';
import { socOf } from '../world/pack.ts';
import type { MotionEnd } from './motion.ts';
import { emit } from './publish.ts';

/** Answers remembered at least. Older ones go when their result is committed and a repeat could only expire. */
const rememberedCommands = 1_024;

export function remember(core: Core, key: string, known: KnownCommand): void {
  const { commands } = core.plc;
  commands.delete(key);
  commands.set(key, known);
  core.touch(`cmd/${key}`);
  for (const [oldest, command] of commands) {
    if (commands.size <= rememberedCommands || !mayForget(core, command)) return;
    commands.delete(oldest);
    core.touch(`cmd/${oldest}`);
  }
}

function mayForget(core: Core, { state, resultSeq, validity }: KnownCommand): boolean {
  const { plc } = core;
  const over = validity.boot < plc.boot || beat(core) > validity.untilBeat;
  return state === 'done' && over && (resultSeq ?? 0) <= plc.journal.ackedSeq();
}

/** Journals how a command ended; from now on this is the answer to its id. */
export function journalResult(core: Core, key: string, known: KnownCommand, end: MotionEnd, durationMs: number): void {
  const bay = core.world.bays.find((candidate) => candidate.bay === known.bay) ?? core.world.bays[0];
  if (!bay) return;
  const { id, hash } = known;
  const resultSeq = emit(core, 'commandResult', { id, hash, ...end, durationMs, sensors: sensorsOf(bay) });
  remember(core, key, { ...known, state: 'done', resultSeq, outcome: end.outcome });
}

/** Journals the end of a motion and lets the world react to it. */
export function finishCommand(core: Core, known: KnownCommand, end: MotionEnd, durationMs: number): void {
  journalResult(core, known.id, known, end, durationMs);
  if (known.type === 'cancelled') return;
  core.meter.resultPublished(known.bay, moverOf[known.type], instantOf(core));
  if (end.outcome === 'completed') afterCompletion(core, known.bay, known.type);
}

function afterCompletion(core: Core, bayId: string, type: CommandType): void {
  const bay = bayOf(core, bayId);
  if (type === 'exchange') core.meter.exchanged(bayId);
  // A release that only claims to be done (a lying sensor) opens nothing.
  if (type !== 'release' || bay.clamps !== 'open' || bay.exitLight !== 'green') return;
  const code = packInFrame(core.world, bay);
  const pack = code ? core.world.packs.get(code) : undefined;
  const measure = core.meter.released(bayId, core.clock.equipMs(), pack ? socOf(pack) : null);
  if (measure) {
    noteFact(core, { kind: 'swap', ...measure });
    if (measure.exchanged) core.stats.exchanged += 1;
  }
  letGo(core, bay);
}
