import { vehiclePlace } from '../../schema/wire/places.ts';
import { type Core, instantOf, noteFact } from '../core.ts';
import { noteKnown } from '../plc/hand-over.ts';
import { emit } from '../plc/publish.ts';
import { setDevice } from '../world/change.ts';
import type { Bay, Taxi } from '../world/model.ts';
import { packInFrame } from '../world/model.ts';
import { expectNext } from './arrivals.ts';
import { identityOf } from './identity.ts';

const driveInMs: [number, number] = [8_000, 14_000];
const reactMs: [number, number] = [1_500, 3_000];
const driveOutMs: [number, number] = [5_000, 8_000];
/** From the exit loop of one car to the entry loop of the next. */
const headwayMs: [number, number] = [15_000, 25_000];

export function queueAt(core: Core, bay: Bay): Taxi[] {
  const waiting = [...core.world.taxis.values()].filter((taxi) => taxi.where === 'queue' && taxi.bay === bay.bay);
  return waiting.sort((a, b) => a.arrivedAtMs - b.arrivedAtMs);
}

/** The first car of the queue drives in when the bay is clear, safe and in its rest position. */
export function tryEnter(core: Core, bay: Bay): void {
  if (!bayIsOpen(core, bay)) return;
  const now = core.clock.equipMs();
  if (now < bay.nextEntryMs) {
    core.clock.afterEquip(bay.nextEntryMs - now, () => tryEnter(core, bay));
    return;
  }
  const taxi = queueAt(core, bay)[0];
  if (taxi) enter(core, bay, taxi);
}

function bayIsOpen(core: Core, bay: Bay): boolean {
  const atRest = bay.clamps === 'open' && bay.vehicleLift === 'down' && bay.packLift === 'down';
  return core.plc.on && bay.phase === 'clear' && bay.safety === 'ready' && atRest;
}

function enter(core: Core, bay: Bay, taxi: Taxi): void {
  taxi.where = 'bay';
  const fault = core.faults.forCar(bay.bay);
  Object.assign(bay, {
    phase: 'entering',
    vin: taxi.vin,
    announced: false,
    released: false,
    parked: fault.notReady !== 'parked',
    hvOff: fault.notReady !== 'hvOff',
    consent: fault.notReady !== 'consent',
    pace: core.random.steps.between(0.95, 1.06),
  } satisfies Partial<Bay>);
  core.touch(`bay/${bay.bay}`);
  core.touch(`taxi/${taxi.vin}`);
  noteFact(core, { kind: 'vehicle', bay: bay.bay, vin: taxi.vin, to: 'entering' });
  emit(core, 'vehicleEntered', { bay: bay.bay });
  driveIn(core, bay, taxi.vin, () => {
    if (fault.driveOffEarly) soon(core, bay, () => driveOff(core, bay));
    if (fault.consentWithdrawn) soon(core, bay, () => withdrawConsent(core, bay));
  });
}

function driveIn(core: Core, bay: Bay, vin: string, stopped: () => void): void {
  core.clock.afterEquip(core.random.traffic.between(...driveInMs), () => {
    if (bay.vin !== vin || bay.phase !== 'entering') return;
    bay.phase = 'inPosition';
    core.touch(`bay/${bay.bay}`);
    noteFact(core, { kind: 'vehicle', bay: bay.bay, vin, to: 'inPosition' });
    setDevice(core, bay, 'packLock', packInFrame(core.world, bay) ? 'locked' : 'noPack', null);
    announce(core, bay);
    stopped();
  });
}

/** Something the driver does shortly after the car has stopped, before the clamps can be closed. */
function soon(core: Core, bay: Bay, act: () => void): void {
  const { vin } = bay;
  core.clock.afterEquip(core.random.faults.between(300, 1_500), () => {
    if (bay.vin === vin) act();
  });
}

function announce(core: Core, bay: Bay): void {
  const vehicle = identityOf(core, bay);
  const taxi = bay.vin ? core.world.taxis.get(bay.vin) : undefined;
  if (!core.plc.on || bay.announced || !vehicle || !taxi) return;
  bay.announced = true;
  core.touch(`bay/${bay.bay}`);
  const waitedMs = Math.max(0, Math.round(core.clock.equipMs() - taxi.arrivedAtMs));
  core.meter.inPosition(bay.bay, { vin: taxi.vin, waitedMs }, instantOf(core));
  noteKnown(core, vehiclePlace(bay.bay), vehicle.pack);
  emit(core, 'vehicleInPosition', { bay: bay.bay, vehicle });
}

/** After boot: cars that came to the stops, or left, while the controller was down. */
export function announceCars(core: Core): void {
  for (const bay of core.world.bays) {
    if (bay.phase === 'inPosition') announce(core, bay);
    if (bay.phase === 'clear' && bay.announced) tellLeft(core, bay, !bay.released);
  }
}

/** A release has opened the clamps: the driver sees green and goes. */
export function letGo(core: Core, bay: Bay): void {
  bay.released = true;
  core.touch(`bay/${bay.bay}`);
  const vin = bay.vin;
  core.clock.afterEquip(core.random.traffic.between(...reactMs), () => {
    if (bay.vin === vin && bay.phase === 'inPosition' && mayGo(bay)) leave(core, bay);
  });
}

/** Green, clamps open: a car that has been clamped again meanwhile stays. */
function mayGo(bay: Bay): boolean {
  return bay.released && bay.clamps === 'open' && bay.exitLight === 'green';
}

/** The driver goes although nobody released him. Only open clamps let him. */
export function driveOff(core: Core, bay: Bay): boolean {
  if (bay.phase !== 'inPosition' || bay.clamps !== 'open' || bay.vehicleLift !== 'down') return false;
  leave(core, bay);
  return true;
}

export function withdrawConsent(core: Core, bay: Bay): boolean {
  if (bay.phase !== 'inPosition' || !bay.consent) return false;
  bay.consent = false;
  core.touch(`bay/${bay.bay}`);
  const vehicle = identityOf(core, bay);
  if (vehicle && core.plc.on) emit(core, 'vehicleChanged', { bay: bay.bay, vehicle });
  return true;
}

function leave(core: Core, bay: Bay): void {
  const vin = bay.vin ?? '';
  bay.phase = 'leaving';
  core.touch(`bay/${bay.bay}`);
  noteFact(core, { kind: 'vehicle', bay: bay.bay, vin, to: 'leaving' });
  setDevice(core, bay, 'packLock', 'noPack', null);
  driveOut(core, bay, vin);
}

function driveOut(core: Core, bay: Bay, vin: string): void {
  core.clock.afterEquip(core.random.traffic.between(...driveOutMs), () => {
    if (bay.vin === vin && bay.phase === 'leaving') gone(core, bay, vin);
  });
}

function gone(core: Core, bay: Bay, vin: string): void {
  const early = !bay.released;
  const taxi = core.world.taxis.get(vin);
  if (taxi) {
    taxi.where = 'away';
    taxi.bay = null;
    taxi.backAtMs = core.clock.equipMs() + core.random.traffic.between(4 * 3_600_000, 9 * 3_600_000);
    core.touch(`taxi/${vin}`);
  }
  bay.phase = 'clear';
  bay.vin = null;
  bay.nextEntryMs = core.clock.equipMs() + core.random.traffic.between(...headwayMs);
  core.touch(`bay/${bay.bay}`);
  noteFact(core, { kind: 'vehicle', bay: bay.bay, vin, to: 'gone' });
  core.meter.left(bay.bay);
  if (core.plc.on) tellLeft(core, bay, early);
  expectNext(core, bay);
  core.clock.afterEquip(bay.nextEntryMs - core.clock.equipMs(), () => tryEnter(core, bay));
}

/** The car is gone and the bay goes dark; told late when the controller was down. */
function tellLeft(core: Core, bay: Bay, early: boolean): void {
  setDevice(core, bay, 'exitLight', 'red', null);
  bay.announced = false;
  core.touch(`bay/${bay.bay}`);
  noteKnown(core, vehiclePlace(bay.bay), null);
  emit(core, 'vehicleLeft', { bay: bay.bay, early });
}

/** After a restart of the simulator: what cars were doing has no timers any more. */
export function resumeCars(core: Core): void {
  for (const bay of core.world.bays) {
    if (bay.vin === null) continue;
    if (bay.phase === 'entering') driveIn(core, bay, bay.vin, () => {});
    if (bay.phase === 'leaving') driveOut(core, bay, bay.vin);
    if (bay.phase === 'inPosition' && bay.released) letGo(core, bay);
  }
}
