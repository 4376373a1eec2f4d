import { slotPlace } from '../schema/wire/places.ts';
import type { SimControl } from '../schema/wire/simulator.ts';
import { bayOf, type Core } from './core.ts';
import { connectSlot, disconnectSlot } from './plc/charging.ts';
import { knowAll } from './plc/hand-over.ts';
import { cleanLabels } from './plc/labels.ts';
import { sendHello } from './plc/publish.ts';
import { motionsOf } from './plc/safety.ts';
import { letGo } from './traffic/bay-traffic.ts';
import { setDevice, setPacksByHand } from './world/change.ts';
import { type Bay, framePlace, packInFrame } from './world/model.ts';

type Repair = Extract<SimControl, { type: 'repair' }>;

/** A mechanic puts bay, car and packs in order by hand, and the station says what is where now. Gives why not when it cannot. */
export function repairBay(core: Core, repair: Repair): string | null {
  const bay = core.world.bays.find((candidate) => candidate.bay === repair.bay);
  if (!bay) return 'no such bay';
  if (motionsOf(core, bay).length > 0) return 'the bay is moving';
  const frame = framePlace(bay);
  if (repair.vehiclePack && !frame) return 'no car in the bay';
  const moves = repair.stow.map(({ pack, slot }) => ({ code: pack as string, to: slotPlace(slot) }));
  if (repair.vehiclePack && frame) moves.push({ code: repair.vehiclePack, to: frame });
  const problem = impossible(core, moves);
  if (problem) return problem;
  for (const move of moves) unplugFrom(core, core.world.packs.get(move.code)?.place ?? null);
  setPacksByHand(core, moves, `repair of bay ${bay.bay}`);
  for (const { slot } of repair.stow) {
    const record = core.world.slots[slot - 1];
    if (record) connectSlot(core, record);
  }
  cleanLabels(core);
  restBay(core, bay);
  knowAll(core, bay);
  sendHello(core);
  return null;
}

/** Each pack exists, once; each place is free or becomes free. */
function impossible(core: Core, moves: { code: string; to: string }[]): string | null {
  const moved = new Set(moves.map((move) => move.code));
  if (moved.size < moves.length || new Set(moves.map((move) => move.to)).size < moves.length) return 'named twice';
  for (const { code, to } of moves) {
    if (!core.world.packs.has(code)) return `no pack ${code}`;
    const there = core.world.at.get(to);
    if (there && !moved.has(there)) return `${to} is occupied by ${there}`;
    if (to.startsWith('slot/') && !core.world.slots[Number(to.slice('slot/'.length)) - 1]) return `no ${to}`;
  }
  return null;
}

function unplugFrom(core: Core, place: string | null): void {
  const slot = place?.startsWith('slot/') ? core.world.slots[Number(place.slice('slot/'.length)) - 1] : undefined;
  if (slot) disconnectSlot(core, slot, 'removed');
}

function restBay(core: Core, bay: Bay): void {
  setDevice(core, bay, 'packLift', 'down', null);
  setDevice(core, bay, 'shuttle', 'atSlot', null);
  if (bay.phase === 'inPosition') {
    setDevice(core, bay, 'packLock', packInFrame(core.world, bay) ? 'locked' : 'noPack', null);
  }
  setDevice(core, bay, 'vehicleLift', 'down', null);
  setDevice(core, bay, 'clamps', 'open', null);
  if (bay.phase !== 'inPosition') return;
  setDevice(core, bay, 'exitLight', 'green', null);
  letGo(core, bayOf(core, bay.bay));
}
