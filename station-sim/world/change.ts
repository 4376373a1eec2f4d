import { type Core, noteFact } from '../core.ts';
import type { Bay, Device } from './model.ts';

/** Moves an actuator and writes it into the physical journal. */
export function setDevice<D extends Device>(
  core: Core,
  bay: Bay,
  device: D,
  value: Bay[D],
  commandId: string | null,
): void {
  const from = bay[device];
  if (from === value) return;
  bay[device] = value;
  core.touch(`bay/${bay.bay}`);
  noteFact(core, { kind: 'device', bay: bay.bay, device, from, to: value, commandId });
}

/**
 * Moves a pack to a place, or out of the world (null). Two packs in one place is physically impossible: the simulator
 * itself is wrong when it is asked for, so it throws.
 */
export function movePack(core: Core, code: string, to: string | null, commandId: string | null): void {
  const pack = core.world.packs.get(code);
  if (!pack) throw new Error(`no pack ${code}`);
  if (to !== null && core.world.at.has(to)) throw new Error(`${to} is occupied by ${core.world.at.get(to)}`);
  const from = pack.place;
  if (from !== null) core.world.at.delete(from);
  if (to !== null) core.world.at.set(to, code);
  pack.place = to;
  core.touch(`pack/${code}`);
  noteFact(core, { kind: 'pack', pack: code, from, to, commandId });
}

/** Several packs change places at once by hand. */
export function setPacksByHand(core: Core, moves: { code: string; to: string | null }[], what: string): void {
  noteFact(core, { kind: 'hand', what });
  for (const move of moves) movePack(core, move.code, null, null);
  for (const move of moves) if (move.to !== null) movePack(core, move.code, move.to, null);
}
