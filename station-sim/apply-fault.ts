import { slotPlace } from '../schema/wire/places.ts';
import type { SimFault } from '../schema/wire/simulator.ts';
import { bayOf, type Core } from './core.ts';
import { replaceJournal } from './create-core.ts';
import type { MessageFaultSettings } from './message-faults.ts';
import { overheat, raiseAlarm, stationPlaceOf } from './plc/alarms.ts';
import { allocatePower, endCharge, settleCharging } from './plc/charging.ts';
import { soil } from './plc/labels.ts';
import { runPowerFault } from './plc/power.ts';
import { sendHello } from './plc/publish.ts';
import { causeGone, pressPanel, stopBay } from './plc/safety.ts';
import { driveOff, withdrawConsent } from './traffic/bay-traffic.ts';
import { setPacksByHand } from './world/change.ts';

/** What a fault does to the line to the broker. */
export interface LineFaults {
  messages(settings: MessageFaultSettings): void;
  lose(forMs: number): void;
}

const curtainFreeAfterMs = 4_000;

/** Lets a fault happen now, or keeps it until it fits. Gives why not when it cannot. */
export function applyFault(core: Core, line: LineFaults, fault: SimFault): string | null {
  if ('bay' in fault && !core.world.bays.some((bay) => bay.bay === fault.bay)) return 'no such bay';
  if ('slot' in fault && !core.world.slots[fault.slot - 1]) return 'no such slot';
  switch (fault.kind) {
    case 'messages':
      line.messages(fault);
      return null;
    case 'linkLoss':
      line.lose(fault.forMs);
      return null;
    case 'wrongPack':
      return exchangeSlots(core, fault.slot, fault.withSlot);
    case 'packMissing':
      return takeAway(core, fault.slot);
    case 'overheat':
      return overheatAt(core, fault.place, fault.level as 2 | 3 | 4);
    case 'dirtyLabel':
      return soilAt(core, fault.place);
    case 'chargerFault':
      return breakCharger(core, fault.slot);
    case 'emergencyStop':
      return pressPanel(core, bayOf(core, fault.bay), 'emergencyStop') ? null : 'the controller is off';
    case 'lightCurtain':
      return breakCurtain(core, fault.bay);
    case 'journalLoss':
      return loseJournal(core, fault.keep);
    case 'newJournal':
      replaceJournal(core, 'forgotten');
      sendHello(core);
      return null;
    case 'reboot':
    case 'powerCut':
      if (fault.when !== 'now') core.faults.arm(fault);
      else runPowerFault(core, { kind: fault.kind, forMs: 'forMs' in fault ? fault.forMs : 0 });
      return null;
    case 'driveOffEarly':
      if (!driveOff(core, bayOf(core, fault.bay))) core.faults.arm(fault);
      return null;
    case 'consentWithdrawn':
      if (!withdrawConsent(core, bayOf(core, fault.bay))) core.faults.arm(fault);
      return null;
    case 'stuck':
    case 'sensorLie':
    case 'slow':
    case 'verifyFails':
    case 'notReady':
      core.faults.arm(fault);
      return null;
  }
}

function exchangeSlots(core: Core, slot: number, withSlot: number): string | null {
  const first = core.world.at.get(slotPlace(slot));
  const second = core.world.at.get(slotPlace(withSlot));
  if (!core.world.slots[withSlot - 1]) return 'no such slot';
  if (slot === withSlot || (!first && !second)) return 'nothing to exchange';
  settleCharging(core);
  const moves = [
    ...(first ? [{ code: first, to: slotPlace(withSlot) }] : []),
    ...(second ? [{ code: second, to: slotPlace(slot) }] : []),
  ];
  setPacksByHand(core, moves, `packs of slots ${slot} and ${withSlot} exchanged`);
  allocatePower(core);
  return null;
}

function takeAway(core: Core, slot: number): string | null {
  const code = core.world.at.get(slotPlace(slot));
  const record = core.world.slots[slot - 1];
  if (!code || !record) return 'the slot is empty';
  settleCharging(core);
  // Unseen: the slot still counts as plugged in and ready until somebody comes to fetch.
  record.charging = false;
  setPacksByHand(core, [{ code, to: null }], `pack of slot ${slot} taken away`);
  core.touch(`slot/${slot}`);
  allocatePower(core);
  return null;
}

const packThere = (core: Core, place: string) =>
  [...core.world.packs.values()].find((candidate) => stationPlaceOf(core, candidate) === place);

function soilAt(core: Core, place: string): string | null {
  const pack = packThere(core, place);
  if (!pack) return `no pack at ${place}`;
  soil(core, pack);
  return null;
}

function overheatAt(core: Core, place: string, level: 2 | 3 | 4): string | null {
  const pack = packThere(core, place);
  if (!pack) return `no pack at ${place}`;
  overheat(core, pack, level);
  return null;
}

function breakCharger(core: Core, slot: number): string | null {
  const record = core.world.slots[slot - 1];
  if (!record) return 'no such slot';
  endCharge(core, record, 'fault');
  record.faulty = true;
  core.touch(`slot/${slot}`);
  raiseAlarm(core, { key: `charger/${slot}`, level: 1, code: 'chargerFault', place: slotPlace(slot) });
  return null;
}

function breakCurtain(core: Core, id: string): string | null {
  const bay = bayOf(core, id);
  if (!core.plc.on) return 'the controller is off';
  stopBay(core, bay, 'stopped', 'lightCurtain');
  core.clock.afterEquip(curtainFreeAfterMs, () => {
    if (!bay.emergencyStop) causeGone(core, bay, 'lightCurtain');
  });
  return null;
}

function loseJournal(core: Core, keep: number): string | null {
  const { journal } = core.plc;
  const before = journal.oldestSeq();
  journal.lose(keep);
  const after = journal.oldestSeq() || journal.lastSeq() + 1;
  for (let seq = before; seq > 0 && seq < after; seq += 1) core.touch(`rec/${seq}`);
  return null;
}
