import { parseCommandId } from '../../schema/wire/command-id.ts';
import type { Command } from '../../schema/wire/commands.ts';
import type { MachineKind, StationState, Track } from '../contract.ts';
import { memoryOf, type TrackOwner } from '../track/memory.ts';
import { bayContextOf, cycleContextOf } from './live.ts';

/** Who waits for a command. */
export interface CommandOwner {
  bay: string;
  machine: MachineKind;
  instance: string;
  /** `limit`: a charge limit, which occupies no mover. */
  track: Track | 'limit';
  command: Command | null;
  swap: string | null;
}

/** The open machine that a command id belongs to, and which of its tracks; null when nobody waits for it any more. */
export function ownerOf(state: StationState, id: string): CommandOwner | null {
  const parts = parseCommandId(id);
  if (!parts || parts.station !== state.station) return null;
  const own = state.bays[parts.bay];
  if (!own) return null;
  const { bay, machine, instance } = parts;
  if (machine === 'cycle') {
    const cycle = cycleContextOf(own);
    if (cycle?.swap !== instance) return null;
    return trackOwner(cycle, id, { bay, machine, instance, swap: instance });
  }
  const context = bayContextOf(own);
  if (context.limits.some((limit) => limit.id === id)) {
    return { bay, machine, instance, track: 'limit', command: null, swap: null };
  }
  return trackOwner(context, id, { bay, machine, instance, swap: null });
}

function trackOwner(
  context: TrackOwner,
  id: string,
  head: Pick<CommandOwner, 'bay' | 'machine' | 'instance' | 'swap'>,
): CommandOwner | null {
  for (const track of ['robot', 'shuttle'] as const) {
    const { last } = memoryOf(context, track);
    if (last?.id === id) return { ...head, track, command: last.command };
  }
  return null;
}
