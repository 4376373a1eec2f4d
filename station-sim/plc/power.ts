import type { EventBody } from '../../schema/wire/events.ts';
import { liftPlace } from '../../schema/wire/places.ts';
import { type Core, type KnownCommand, noteFact } from '../core.ts';
import type { PowerFault } from '../faults.ts';
import { announceCars, tryEnter } from '../traffic/bay-traffic.ts';
import type { Bay } from '../world/model.ts';
import { allocatePower, considerCharging, endCharge, settleCharging } from './charging.ts';
import { changedPlaces, readPack } from './hand-over.ts';
import { breakLink, emit, sendHello } from './publish.ts';
import { finishCommand } from './results.ts';
import { setSafety } from './safety.ts';

/** A controller needs this long from reset to running, wall milliseconds. */
const restartMs = 1_500;
const shortestOffMs = 200;

/** The controller goes down: motions stop where they are, charging ends, the link breaks. Cars, packs and heat go on. */
export function powerOff(core: Core): void {
  if (!core.plc.on) return;
  noteFact(core, { kind: 'hand', what: 'power off' });
  for (const motion of new Set(core.plc.motions.values())) motion.stop();
  settleCharging(core);
  core.plc.on = false;
  breakLink(core);
  allocatePower(core);
}

/**
 * The controller comes up. Its first record says so; motions it was in are unknown, and a bay that was not quiet does not
 * move before a person has pressed reset and confirm.
 */
export function powerOn(core: Core, reason: EventBody<'booted'>['reason'], fresh: boolean): void {
  const { plc, clock, world } = core;
  plc.boot += 1;
  plc.bootWallMs = clock.wallMs();
  plc.bootEquipMs = clock.equipMs();
  plc.on = true;
  core.touch('plc');
  emit(core, 'booted', { reason, firmware: core.options.firmware });
  const held = world.bays.filter((bay) => !fresh && mayNotGoOn(core, bay, reason === 'powerOn'));
  for (const known of [...plc.commands.values()]) if (known.state === 'running') endUnknown(core, known);
  for (const bay of held) setSafety(core, bay, bay.emergencyStop ? 'stopped' : 'awaitingReset', 'powerLoss');
  announceCars(core);
  if (reason === 'powerOn') for (const slot of world.slots) endCharge(core, slot, 'powerLost');
  for (const slot of world.slots) considerCharging(core, slot);
  allocatePower(core);
  sendHello(core);
  for (const bay of world.bays) tryEnter(core, bay);
}

/** A command was running, the bay was stopped before, or power was lost while it was not empty and at rest. */
function mayNotGoOn(core: Core, bay: Bay, powerLost: boolean): boolean {
  const running = [...core.plc.commands.values()].some((known) => known.state === 'running' && known.bay === bay.bay);
  const atRest = bay.clamps === 'open' && bay.vehicleLift === 'down' && bay.packLift === 'down';
  const empty = bay.phase !== 'inPosition' && !core.world.at.has(liftPlace(bay.bay));
  return running || bay.safety !== 'ready' || (powerLost && !(atRest && empty && bay.shuttle !== 'between'));
}

/** Begun, and nobody saw how it ended. The readers tell what has come to a new place. */
function endUnknown(core: Core, known: KnownCommand): void {
  const bay = core.world.bays.find((candidate) => candidate.bay === known.bay);
  if (bay) {
    for (const place of changedPlaces(core, bay)) readPack({ core, bay, commandId: known.id }, place);
  }
  finishCommand(core, known, { outcome: 'unknown', reason: null, detail: 'power was lost' }, 0);
}

export function runPowerFault(core: Core, fault: Pick<PowerFault, 'kind' | 'forMs'>): void {
  if (!core.plc.on) return;
  powerOff(core);
  const reboot = fault.kind === 'reboot';
  core.clock.afterWall(reboot ? restartMs : Math.max(fault.forMs, shortestOffMs), () =>
    powerOn(core, reboot ? 'watchdog' : 'powerOn', false),
  );
}
