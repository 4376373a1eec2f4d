import type { ActionRequest, PackFacts, SwapFacts } from '../../machines/contract.ts';
import { describe, liveOf } from '../../machines/station/live.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { bayView } from '../../machines/view.ts';
import type { SimFault } from '../../schema/wire/simulator.ts';
import { createRandom, type Random } from '../../station-sim/random.ts';
import { createSimStation, type SimStation } from '../../station-sim/sim-station.ts';
import { createStationReplay, placeKey } from '../faults/judge/physical.ts';
import { cycleSteps } from '../helpers/cycle-steps.ts';
import { createVirtualService, type VirtualService, type VirtualServiceOptions } from '../helpers/virtual-service.ts';

const startWallMs = Date.parse('2026-08-02T00:00:00.000Z');
const bay = '1';

/** One random world: a small station, a service, faults by the seed, and people who come when they are called. */
export interface RoughWorld {
  seed: string;
  /** Faults on, until so many swaps have been opened. */
  rough(swaps: number): void;
  /** Faults off: everything must come to its end, and new cars be served. */
  calm(swaps: number): void;
  problems(): string[];
  /** To look closer at a failing seed. */
  onCommit(watch: NonNullable<VirtualServiceOptions['onCommit']>): void;
  swaps(): readonly SwapFacts[];
  service: VirtualService;
  station: SimStation;
}

export function createRoughWorld(seed: string): RoughWorld {
  const random = createRandom(`${seed}/people`);
  const berths = random.pick([1, 2, 2]);
  const slots = random.int(6, 14);
  const timeScale = random.pick([1, 10, 50]);
  const station = createSimStation({
    id: 'bj-001',
    seed,
    size: { bays: 1, berths: berths as 1 | 2, slots, packs: slots - random.int(1, 2), isolationBoxes: 2 },
    traffic: 'flat',
    timeScale,
    startWallMs,
    heartbeat: false,
    telemetryEveryS: 0,
    keepPhysical: 1_000_000,
    attendantAfterS: 30,
    probabilities: probabilitiesOf(random),
  });
  const type = { ...defaultStationType, bays: [{ bay, berths: berths as 1 | 2 }], slots, isolationBoxes: 2 };
  const problems: string[] = [];
  const roughness = random.between(0.002, 0.08);
  let watch: NonNullable<VirtualServiceOptions['onCommit']> = () => {};
  const service = createVirtualService(station, { type, startWallMs, onCommit: (...all) => watch(...all) });
  let now = startWallMs;
  let equipS = 0;
  let faultsOn = true;
  station.connected(startWallMs);
  if (random.chance(0.5)) inject(messageFault(random));

  function inject(fault: SimFault): void {
    station.control({ v: 1, station: station.id, id: 'test', type: 'fault', fault }, now);
  }

  function press(button: 'emergencyStop' | 'hold' | 'resume'): void {
    station.control({ v: 1, station: station.id, id: 'test', type: 'panel', bay, button }, now);
  }

  function act(request: Omit<ActionRequest, 'bay' | 'by' | 'reason'>) {
    return service.act({ bay, by: 'test', reason: 'test', ...request });
  }

  const people = createPeople({ station, service, random, act, at: () => now });

  /** So many equipment seconds pass; every ten of them something may happen and people look around. */
  function pass(seconds: number): void {
    for (const end = equipS + seconds; equipS < end; equipS += 10) {
      now += 10_000 / timeScale;
      service.runTo(now);
      if (faultsOn && random.chance(roughness)) inject(randomFault(random, slots));
      if (faultsOn && random.chance(roughness / 4)) press(random.pick(['emergencyStop', 'hold', 'resume'] as const));
      if (faultsOn && random.chance(roughness / 2))
        act({ action: random.pick(['hold', 'abort', 'confirm', 'reset'] as const) });
      people.look(equipS);
    }
  }

  const swapList = () => [...service.swaps.values()];
  const open = () =>
    swapList().filter(({ state }) => state === 'requested' || state === 'running' || state === 'needs-person');

  return {
    seed,
    onCommit: (next) => {
      watch = next;
    },
    service,
    station,
    swaps: swapList,
    rough(swaps) {
      for (let spent = 0; swapList().length < swaps && spent < 40_000; spent += 100) pass(100);
    },
    calm(swaps) {
      faultsOn = false;
      station.control({ v: 1, station: station.id, id: 'test', type: 'clearFaults' }, now);
      Object.assign(station.core.options.probabilities, { step: {}, perCar: {} });
      // A world may have run out of packs by then; a car that is told so has been served.
      const ended = () => swapList().length - open().length;
      const before = ended();
      for (let spent = 0; ended() - before < swaps && spent < 40_000; spent += 100) pass(100);
      if (ended() - before < swaps) problems.push(`no ${swaps} swaps ended after the faults: ${where(service)}`);
      station.control({ v: 1, station: station.id, id: 'test', type: 'traffic', on: false }, now);
      for (let spent = 0; open().length > 0 && spent < 10_000; spent += 100) pass(100);
      pass(600);
      // Hands may have moved packs unseen: the next hello shows it.
      inject({ kind: 'linkLoss', forMs: 100 });
      pass(600);
      for (const { id, state, reason } of open()) problems.push(`swap ${id} is still ${state} (${reason})`);
    },
    problems: () => [...problems, ...judgeMotions(station), ...judgeCustody(service, station), ...judgeBooks(service)],
  };
}

function probabilitiesOf(random: Random) {
  const some = (most: number) => (random.chance(0.5) ? random.between(0, most) : 0);
  return {
    step: { any: { stuck: some(0.06), sensorLie: some(0.03), slow: some(0.05) } },
    perCar: { driveOffEarly: some(0.2), consentWithdrawn: some(0.2), notReady: some(0.2) },
  };
}

const messageFault = (random: Random): SimFault => ({
  kind: 'messages',
  dropPct: random.int(0, 30),
  duplicatePct: random.int(0, 30),
  reorderWithin: random.int(0, 32),
  delayMs: random.pick([0, 0, 100]),
});

function randomFault(random: Random, slots: number): SimFault {
  const step = random.pick(cycleSteps);
  const slot = random.int(1, slots);
  const when = random.pick(['now', 'beforeMotion', 'inMotion', 'afterMotion'] as const);
  return random.pick<() => SimFault>([
    () => ({ kind: 'stuck', bay, step, times: random.int(1, 4) }),
    () => ({ kind: 'sensorLie', bay, step }),
    () => ({ kind: 'slow', bay, step, factor: random.int(2, 20), times: 1 }),
    () => ({ kind: 'verifyFails', bay, reason: 'bmsHandshake', times: random.int(1, 3) }),
    () => ({ kind: 'reboot', when }),
    () => ({ kind: 'powerCut', when, forMs: random.int(100, 20_000) }),
    () => ({ kind: 'linkLoss', forMs: random.int(100, 30_000) }),
    () => ({ kind: 'wrongPack', slot, withSlot: random.int(1, slots) }),
    () => ({ kind: 'packMissing', slot }),
    () => ({
      kind: 'overheat',
      place: random.pick([`slot/${slot}`, 'bay/1/lift', 'bay/1/vehicle', 'bay/1/berth/1']),
      level: random.pick([2, 3, 4]),
    }),
    () => ({
      kind: 'dirtyLabel',
      place: random.pick([`slot/${slot}`, 'bay/1/lift', 'bay/1/vehicle', 'bay/1/berth/1', 'bay/1/berth/2']),
    }),
    () => ({ kind: 'chargerFault', slot }),
    () => ({ kind: 'lightCurtain', bay }),
    () => ({ kind: 'driveOffEarly', bay }),
    () => ({ kind: 'consentWithdrawn', bay }),
  ])();
}

function where({ image }: VirtualService): string {
  const { bay: own, cycle } = image.state.bays[bay] ?? {};
  const words = [own, cycle].map((instance) => (instance ? describe(liveOf(instance).snapshot.value) : 'none'));
  return `${words.join(' / ')} ${JSON.stringify(bayView(image.state, bay))}`;
}

interface PeopleSetting {
  station: SimStation;
  service: VirtualService;
  random: Random;
  act: (request: Omit<ActionRequest, 'bay' | 'by' | 'reason'>) => unknown;
  at: () => number;
}

/** Staff: they resume held bays, look after bays that call, and resolve swaps with every pack where it really is. */
function createPeople({ station, service, random, act, at }: PeopleSetting) {
  let calledSince: number | null = null;

  function resolve(): void {
    const plan = repairPlan(station);
    const control = { v: 1, station: station.id, id: 'test' };
    const report = station.control({ ...control, type: 'repair', bay, ...plan }, at());
    if (!report?.ok) return;
    for (const button of ['reset', 'confirm']) station.control({ ...control, type: 'panel', bay, button }, at());
    const swap = [...service.swaps.values()].find(({ state }) => state === 'needs-person');
    const outcome = plan.vehiclePack !== null && plan.vehiclePack === swap?.packOut ? 'rolled-back' : 'completed';
    const packs = [
      ...(plan.vehiclePack ? [{ code: plan.vehiclePack, place: 'bay/1/vehicle' }] : []),
      ...plan.stow.map(({ pack, slot }) => ({ code: pack, place: `slot/${slot}` })),
    ];
    for (const [code, place] of station.physicalPlaces()) {
      const named = packs.some((pack) => pack.code === code);
      if (!named && service.image.state.packs[code] && (place.startsWith('slot/') || place.startsWith('isolation/'))) {
        packs.push({ code, place });
      }
    }
    for (const code of Object.keys(service.image.state.packs)) {
      if (!packs.some((pack) => pack.code === code) && !station.physicalPlaces().has(code))
        packs.push({ code, place: 'unknown' });
    }
    act({ action: 'resolve', resolution: { outcome, packs } });
  }

  return {
    look(equipS: number): void {
      const view = bayView(service.image.state, bay);
      if (!view) return;
      const unread = view.waitingFor?.startsWith('the code of the pack') || view.waitingFor?.startsWith('a person');
      if (unread && random.chance(0.3)) {
        station.control({ v: 1, station: station.id, id: 'test', type: 'cleanLabels' }, at());
      }
      if (view.state === 'held' && random.chance(0.2)) act({ action: 'resume' });
      if (view.state !== 'faulted') {
        calledSince = null;
        return;
      }
      calledSince ??= equipS;
      if (equipS - calledSince < 60) return;
      if (view.allowed.includes('reset')) {
        station.control({ v: 1, station: station.id, id: 'test', type: 'repair', bay, ...repairPlan(station) }, at());
        act({ action: 'reset' });
      } else resolve();
    },
  };
}

/** The car keeps the pack in its frame, or gets the nearest; all else goes into free slots. */
function repairPlan(station: SimStation): { vehiclePack: string | null; stow: { pack: string; slot: number }[] } {
  const { world } = station.core;
  const own = world.bays[0];
  const vin = own && own.phase === 'inPosition' ? own.vin : null;
  const frame = vin ? (world.at.get(`vehicle/${vin}`) ?? null) : null;
  const loose = ['lift', 'berth/2', 'berth/1'].flatMap((spot) => world.at.get(`bay/1/${spot}`) ?? []);
  const vehiclePack = vin === null ? null : (frame ?? loose[0] ?? null);
  const free = world.slots.filter(({ slot }) => !world.at.has(`slot/${slot}`));
  const stow = loose
    .filter((pack) => pack !== vehiclePack)
    .map((pack, index) => ({ pack, slot: free[index]?.slot ?? 1 }));
  return { vehiclePack, stow };
}

function judgeMotions(station: SimStation): string[] {
  const replay = createStationReplay(station.id);
  for (const entry of station.physical.entries()) replay.take(entry);
  return [...replay.violations];
}

function judgeCustody(service: VirtualService, station: SimStation): string[] {
  const problems: string[] = [];
  const places = new Map<string, string>();
  for (const [code, facts] of Object.entries(service.image.state.packs) as [string, PackFacts][]) {
    const { key, kind } = facts.place;
    const really = station.physicalPlaces().get(code);
    if (kind !== 'unknown' && placeKey(station.id, really ?? 'nowhere') !== key)
      problems.push(`${code} is at ${really}, the ledger says ${key}`);
    if (kind === 'unknown' || kind === 'truck') continue;
    const other = places.get(key);
    if (other) problems.push(`${code} and ${other} are both at ${key}`);
    places.set(key, code);
  }
  return problems;
}

function judgeBooks({ image, swaps }: VirtualService): string[] {
  const problems: string[] = [];
  const ended = (id: string | null) =>
    id !== null && !['requested', 'running', 'needs-person'].includes(swaps.get(id)?.state ?? 'requested');
  for (const { code, reservedBy } of Object.values(image.state.packs))
    if (ended(reservedBy)) problems.push(`${code} is set aside for ${reservedBy}, which has ended`);
  for (const { slot, reservedBy } of Object.values(image.state.slots))
    if (ended(reservedBy)) problems.push(`slot ${slot} is set aside for ${reservedBy}, which has ended`);
  for (const { machine, instance, sendId } of image.timers.values())
    if (machine === 'cycle' && ended(instance)) problems.push(`timer ${sendId} of ${instance}, which has ended`);
  return problems;
}
