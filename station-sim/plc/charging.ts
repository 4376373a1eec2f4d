import type { EventBody } from '../../schema/wire/events.ts';
import { slotPlace } from '../../schema/wire/places.ts';
import type { Core } from '../core.ts';
import type { Pack, Slot } from '../world/model.ts';
import { addCharge, ambientC, openVoltage, readBms, settleHeat, socOf } from '../world/pack.ts';
import { emit } from './publish.ts';

/** From this SOC a pack may be dispatched; charging goes on to `fullSocPct`. */
export const readySocPct = 92;
export const fullSocPct = 96;
const tickMs = 10_000;
const maxVoltage = 384;
const maxCurrentA = 150;
/** Apparent resistance during charge: decides where constant current ends and how the current then falls. */
const chargeOhm = 0.2;
/** Part of it that heats the pack. */
const heatOhm = 0.05;
const heatCapacityJPerK = 300_000;
const coolingMs = 15 * 60_000;
const chargerEfficiency = 0.95;

/** Power a charger would draw from the grid for this pack at its limit, W: constant current, then constant voltage. */
export function wantedPowerW(pack: Pack, limitW: number): number {
  const open = openVoltage(socOf(pack) / 100);
  const current = Math.max(0, Math.min(maxCurrentA, (maxVoltage - open) / chargeOhm));
  const terminal = Math.min(maxVoltage, open + current * chargeOhm);
  return Math.min(limitW, (current * terminal) / chargerEfficiency);
}

export function packInSlot(core: Core, slot: Slot): Pack | null {
  const code = core.world.at.get(slotPlace(slot.slot));
  return (code && core.world.packs.get(code)) || null;
}

/** Shares the station's limit among the charging slots, in proportion to what each could take. */
export function allocatePower(core: Core): void {
  const { slots, stationLimitW } = core.world;
  let wanted = 0;
  for (const slot of slots) {
    const pack = slot.charging && core.plc.on ? packInSlot(core, slot) : null;
    slot.powerW = pack ? wantedPowerW(pack, slot.limitW) : 0;
    wanted += slot.powerW;
  }
  const share = wanted > stationLimitW ? stationLimitW / wanted : 1;
  if (share < 1) for (const slot of slots) slot.powerW *= share;
  core.stats.maxPowerW = Math.max(core.stats.maxPowerW, wanted * share);
}

/**
 * Brings every charging pack up to now with the power it had since the last time. Comes before anything that changes who
 * charges with how much; `allocatePower` comes after it.
 */
export function settleCharging(core: Core): void {
  const nowMs = core.clock.equipMs();
  const elapsedMs = nowMs - core.world.chargedToMs;
  core.world.chargedToMs = nowMs;
  if (elapsedMs <= 0) return;
  for (const slot of core.world.slots) {
    const pack = slot.charging ? packInSlot(core, slot) : null;
    if (!pack) continue;
    const gridWh = (slot.powerW * elapsedMs) / 3_600_000;
    const current = (slot.powerW * chargerEfficiency) / openVoltage(socOf(pack) / 100);
    slot.registerWh += gridWh;
    core.stats.energyWh += gridWh;
    addCharge(pack, gridWh * chargerEfficiency);
    heat(pack, current, elapsedMs, nowMs);
  }
}

function heat(pack: Pack, currentA: number, elapsedMs: number, nowMs: number): void {
  if (pack.hot === 0) {
    const settled = ambientC + (currentA * currentA * heatOhm * (coolingMs / 1000)) / heatCapacityJPerK;
    pack.cellC = settled + (pack.cellC - settled) * Math.exp(-elapsedMs / coolingMs);
  }
  pack.cellAtMs = nowMs;
}

/** Runs for ever: every tick integrates, ends full charges, and shares the power anew. */
export function runCharging(core: Core): void {
  core.clock.afterEquip(tickMs, () => {
    chargeTick(core);
    runCharging(core);
  });
}

function chargeTick(core: Core): void {
  settleCharging(core);
  if (core.plc.on) {
    for (const slot of core.world.slots) {
      const pack = slot.charging ? packInSlot(core, slot) : null;
      if (!pack) continue;
      if (socOf(pack) >= fullSocPct) endCharge(core, slot, 'full');
      if (socOf(pack) >= readySocPct) markReady(core, slot);
    }
  }
  allocatePower(core);
}

/** Plugs the slot in. Charging begins at once when the pack wants energy and nothing forbids it. */
export function connectSlot(core: Core, slot: Slot): void {
  slot.connected = true;
  core.touch(`slot/${slot.slot}`);
  considerCharging(core, slot);
}

/** Starts a charge, or tells that the pack is ready, as its state asks for. */
export function considerCharging(core: Core, slot: Slot): void {
  const pack = packInSlot(core, slot);
  if (!core.plc.on || !pack || !slot.connected || slot.charging || pack.hot >= 3 || slot.faulty) return;
  if (socOf(pack) < fullSocPct && slot.limitW > 0 && core.world.stationLimitW > 0) {
    settleCharging(core);
    slot.charging = true;
    slot.ready = false;
    core.touch(`slot/${slot.slot}`);
    emit(core, 'chargeStarted', chargeBody(core, slot, pack));
    allocatePower(core);
  }
  if (socOf(pack) >= readySocPct) markReady(core, slot);
}

function markReady(core: Core, slot: Slot): void {
  const pack = packInSlot(core, slot);
  if (!pack || slot.ready || pack.hot !== 0) return;
  slot.ready = true;
  core.touch(`slot/${slot.slot}`);
  emit(core, 'packReady', { ...chargeBody(core, slot, pack), reading: readBms(pack, core.clock.equipMs()) });
}

/** Ends a running charge and tells why. */
export function endCharge(core: Core, slot: Slot, reason: EventBody<'chargeEnded'>['reason']): void {
  if (!slot.charging) return;
  settleCharging(core);
  slot.charging = false;
  slot.powerW = 0;
  const pack = packInSlot(core, slot);
  if (pack) {
    core.touch(`pack/${pack.code}`);
    settleHeat(pack, core.clock.equipMs());
  }
  core.touch(`slot/${slot.slot}`);
  if (pack && core.plc.on) emit(core, 'chargeEnded', { ...chargeBody(core, slot, pack), reason });
  allocatePower(core);
}

/** Unplugs the slot before its pack is taken out. */
export function disconnectSlot(core: Core, slot: Slot, reason: 'removed' | 'fault'): void {
  endCharge(core, slot, reason);
  slot.connected = false;
  slot.ready = false;
  core.touch(`slot/${slot.slot}`);
}

export function setChargeLimit(core: Core, slot: number | null, powerW: number): boolean {
  settleCharging(core);
  const { world, options } = core;
  if (slot === null) {
    world.stationLimitW = Math.min(powerW, options.size.stationPowerW);
    core.touch('plc');
  } else {
    const found = world.slots[slot - 1];
    if (!found) return false;
    found.limitW = Math.min(powerW, options.size.slotPowerW);
    core.touch(`slot/${slot}`);
  }
  for (const each of world.slots) {
    if (each.limitW === 0 || world.stationLimitW === 0) endCharge(core, each, 'stopped');
    else considerCharging(core, each);
  }
  allocatePower(core);
  return true;
}

function chargeBody(core: Core, slot: Slot, pack: Pack) {
  const registerWh = Math.floor(slot.registerWh);
  return { slot: slot.slot, pack: pack.code, registerWh, reading: readBms(pack, core.clock.equipMs()) };
}
