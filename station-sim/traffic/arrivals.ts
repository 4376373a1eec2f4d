import { vinOf } from '../codes.ts';
import { type Core, noteFact } from '../core.ts';
import { movePack } from '../world/change.ts';
import { type Bay, type Taxi, vehicleFrame } from '../world/model.ts';
import { createPack, drainTo, socOf } from '../world/pack.ts';
import { queueAt, tryEnter } from './bay-traffic.ts';
import { weightAt } from './rhythm.ts';

/** A queue this long is driven past. */
const longestQueue = 8;
const consumptionWhPerKm = 160;
const dayMs = 24 * 3_600_000;

/**
 * SOC at arrival, percent: normal with mean 24 and deviation 8, cut to 8..45. Taxi drivers come with about a quarter left;
 * nobody comes with more than half, because a swap is paid.
 */
export const arrivalSoc = { meanPct: 24, deviationPct: 8, leastPct: 8, mostPct: 45 };

function drawArrivalSoc(core: Core): number {
  const { meanPct, deviationPct, leastPct, mostPct } = arrivalSoc;
  return Math.min(mostPct, Math.max(leastPct, core.random.traffic.normal(meanPct, deviationPct)));
}

export interface ArrivalWish {
  bay: string | null;
  vin: string | null;
  socPct: number | null;
}

/** A taxi comes to the queue. Gives why not when it cannot. */
export function arrive(core: Core, wish: ArrivalWish): string | null {
  const bay = wish.bay ? core.world.bays.find((candidate) => candidate.bay === wish.bay) : shortestQueue(core);
  if (!bay) return 'no such bay';
  const taxi = wish.vin ? (core.world.taxis.get(wish.vin) ?? makeTaxi(core, wish.vin)) : nextTaxi(core);
  if (!taxi) return 'all taxis are here already';
  if (taxi.where !== 'away') return 'this taxi is here already';
  core.stats.arrivals += 1;
  bringPack(core, taxi, wish.socPct ?? drawArrivalSoc(core));
  taxi.where = 'queue';
  taxi.bay = bay.bay;
  taxi.arrivedAtMs = core.clock.equipMs();
  core.touch(`taxi/${taxi.vin}`);
  tryEnter(core, bay);
  return null;
}

/** The pack in the car has been driven down since it left; a car that left unserved was charged elsewhere meanwhile. */
function bringPack(core: Core, taxi: Taxi, socPct: number): void {
  const code = core.world.at.get(vehicleFrame(taxi.vin));
  const pack = code ? core.world.packs.get(code) : undefined;
  if (!pack) return;
  if (socOf(pack) < socPct) pack.energyWh = (pack.capacityWh * socPct) / 100;
  const usedWh = drainTo(pack, socPct, core.clock.equipMs(), core.random.traffic);
  taxi.odometerKm += usedWh / consumptionWhPerKm;
  core.touch(`pack/${pack.code}`);
}

function shortestQueue(core: Core): Bay | undefined {
  const load = (bay: Bay) => queueAt(core, bay).length + (bay.phase === 'clear' ? 0 : 1);
  return [...core.world.bays].sort((a, b) => load(a) - load(b))[0];
}

/** The taxi that has been away longest and is due back, else one never seen here. */
function nextTaxi(core: Core): Taxi | null {
  if (core.options.taxis) return nextOf(core, core.options.taxis);
  const now = core.clock.equipMs();
  let due: Taxi | null = null;
  for (const taxi of core.world.taxis.values()) {
    if (taxi.where === 'away' && taxi.backAtMs <= now && taxi.backAtMs < (due?.backAtMs ?? Infinity)) due = taxi;
  }
  return due ?? makeTaxi(core, null);
}

/** Of a fleet that is all there is: the first never seen here, else the one that is due first, though it may be early. */
function nextOf(core: Core, vins: readonly string[]): Taxi | null {
  const now = core.clock.equipMs();
  const known = vins.flatMap((vin) => core.world.taxis.get(vin) ?? []).filter(({ where }) => where === 'away');
  const [first = null] = known.sort((a, b) => a.backAtMs - b.backAtMs);
  if (first && first.backAtMs <= now) return first;
  const fresh = vins.find((vin) => !core.world.taxis.has(vin));
  return fresh === undefined ? first : makeTaxi(core, fresh);
}

function makeTaxi(core: Core, vin: string | null): Taxi {
  const { world, random } = core;
  world.taxisMade += 1;
  const taxi: Taxi = {
    vin: vin ?? vinOf(random.traffic, world.taxisMade),
    firmware: '5.1.0',
    odometerKm: Math.round(random.traffic.between(8_000, 320_000)),
    where: 'away',
    bay: null,
    arrivedAtMs: 0,
    backAtMs: 0,
  };
  world.taxis.set(taxi.vin, taxi);
  world.packsMade += 1;
  const pack = createPack(core.options.id, world.packsMade, random.packs, 100);
  world.packs.set(pack.code, pack);
  core.touch('plc');
  movePack(core, pack.code, vehicleFrame(taxi.vin), null);
  return taxi;
}

/** Sets the traffic going: the first taxi when one should stand at the door, and the rhythm. */
export function startTraffic(core: Core): void {
  const { traffic, openWithTaxi } = core.options;
  if (openWithTaxi || (traffic === 'flat' && core.stats.trafficOn)) {
    for (const bay of core.world.bays) {
      if (bay.phase !== 'clear' || queueAt(core, bay).length > 0) continue;
      core.clock.afterEquip(core.random.traffic.between(0, 3_000), () => void arrive(core, anyCarAt(bay)));
    }
  }
  if (traffic !== 'flat') runRhythm(core);
}

const anyCarAt = (bay: Bay): ArrivalWish => ({ bay: bay.bay, vin: null, socPct: null });

/** With flat traffic there is always a next car: it comes to the entry as soon as the headway has passed. */
export function expectNext(core: Core, bay: Bay): void {
  if (core.options.traffic !== 'flat' || !core.stats.trafficOn) return;
  core.clock.afterEquip(bay.nextEntryMs - core.clock.equipMs(), () => {
    if (core.stats.trafficOn && queueAt(core, bay).length === 0) arrive(core, anyCarAt(bay));
  });
}

/** Poisson arrivals whose rate changes every half hour; redrawn at each change, which the law allows. */
function runRhythm(core: Core): void {
  const halfHourMs = 1_800_000;
  const local = localMs(core);
  const ratePerMs = (core.options.arrivalsPerDay * weightAt(local)) / dayMs;
  const gapMs = core.random.traffic.exponential(1 / ratePerMs);
  const toChangeMs = halfHourMs - (local % halfHourMs);
  if (gapMs >= toChangeMs) {
    core.clock.afterEquip(toChangeMs, () => runRhythm(core));
    return;
  }
  core.clock.afterEquip(gapMs, () => {
    if (core.stats.trafficOn) arriveOrDriveBy(core);
    runRhythm(core);
  });
}

function arriveOrDriveBy(core: Core): void {
  const bay = shortestQueue(core);
  if (bay && queueAt(core, bay).length < longestQueue) arrive(core, anyCarAt(bay));
  else {
    core.stats.turnedAway += 1;
    noteFact(core, { kind: 'hand', what: 'a taxi drove past the queue' });
  }
}

/** Beijing time of the world: it begins at the wall clock's and then runs with the equipment. */
function localMs(core: Core): number {
  return core.options.startWallMs + core.clock.equipMs() + 8 * 3_600_000;
}
