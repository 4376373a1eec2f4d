import type { EventBody } from '../../schema/wire/events.ts';
import type { BaySafety } from '../../schema/wire/sensors.ts';
import { type Core, noteFact } from '../core.ts';
import { letGo, tryEnter } from '../traffic/bay-traffic.ts';
import { type Bay, sensorsOf } from '../world/model.ts';
import { clearAlarm } from './alarms.ts';
import { changedPlaces, readPack } from './hand-over.ts';
import type { Motion } from './motion.ts';
import { emit } from './publish.ts';
import { finishCommand } from './results.ts';

type Cause = EventBody<'safety'>['cause'];
export type PanelButton = EventBody<'panel'>['button'];

export function setSafety(core: Core, bay: Bay, state: BaySafety, cause: Cause): void {
  bay.safety = state;
  core.touch(`bay/${bay.bay}`);
  emit(core, 'safety', { bay: bay.bay, state, cause, sensors: sensorsOf(bay) });
  callAttendant(core, bay, cause);
}

/** Where a person is on duty, somebody comes and presses the buttons. */
function callAttendant(core: Core, bay: Bay, cause: Cause): void {
  const { attendantAfterS, attendantFor } = core.options;
  if (attendantFor === 'powerLoss' && cause !== 'powerLoss') return;
  if (attendantAfterS === null || bay.safety === 'ready' || bay.safety === 'awaitingConfirm') return;
  core.clock.afterEquip(attendantAfterS * 1_000, () => {
    if (bay.safety === 'stopped' || bay.safety === 'awaitingReset') pressPanel(core, bay, 'reset');
    if (bay.safety === 'awaitingConfirm') pressPanel(core, bay, 'confirm');
  });
}

/** Every motion of a bay that is under way, each once. */
export function motionsOf(core: Core, bay: Bay): Motion[] {
  return [...new Set(core.plc.motions.values())].filter((motion) => motion.bay === bay.bay);
}

/** Stops the bay where it stands. Motions under way fail: their sensors say how far they came. */
export function stopBay(core: Core, bay: Bay, state: 'stopped' | 'awaitingReset', cause: Cause): void {
  const stopped = motionsOf(core, bay);
  for (const motion of stopped) motion.stop();
  setSafety(core, bay, state, cause);
  for (const motion of stopped) {
    const known = motion.id === null ? undefined : core.plc.commands.get(motion.id);
    const ranMs = Math.round(core.clock.equipMs() - motion.startedEquipMs);
    if (!known) continue;
    for (const place of changedPlaces(core, bay)) readPack({ core, bay, commandId: known.id }, place);
    finishCommand(core, known, { outcome: 'failed', reason: 'emergencyStop', detail: cause }, ranMs);
  }
}

/**
 * A button of the panel. After any stop only reset and then confirm, both at the panel, allow motion again; nothing moves
 * by that itself. False when the button has no effect now.
 */
export function pressPanel(core: Core, bay: Bay, button: PanelButton): boolean {
  if (!core.plc.on) return false;
  noteFact(core, { kind: 'hand', what: `panel ${button}` });
  // Whoever presses reset on a stopped bay has pulled the e-stop out first.
  if (button === 'reset' && bay.safety === 'stopped') causeGone(core, bay, 'emergencyStop');
  emit(core, 'panel', { bay: bay.bay, button, person: null });
  if (button === 'emergencyStop') {
    bay.emergencyStop = true;
    stopBay(core, bay, 'stopped', 'emergencyStop');
    return true;
  }
  if (button === 'reset') return resetBay(core, bay);
  if (button === 'confirm') return confirmBay(core, bay);
  return true;
}

/** What stopped the bay is gone: now the panel may reset it. */
export function causeGone(core: Core, bay: Bay, cause: Cause): void {
  if (core.plc.on && bay.safety === 'stopped') setSafety(core, bay, 'awaitingReset', cause);
}

function resetBay(core: Core, bay: Bay): boolean {
  if (bay.safety !== 'awaitingReset') return false;
  bay.emergencyStop = false;
  setSafety(core, bay, 'awaitingConfirm', 'reset');
  return true;
}

function confirmBay(core: Core, bay: Bay): boolean {
  if (bay.safety !== 'awaitingConfirm') return false;
  setSafety(core, bay, 'ready', 'confirm');
  clearAlarm(core, `conflict/${bay.bay}`);
  // The driver knows nothing of results: staff have waved, clamps are open, the light is green, so he goes.
  if (bay.phase === 'inPosition' && bay.clamps === 'open' && bay.exitLight === 'green') letGo(core, bay);
  tryEnter(core, bay);
  return true;
}
