import { describe, expect, test } from 'vitest';
import type { PackFacts } from '../../machines/contract.ts';
import type { LeaseFacts } from '../../machines/policy/lease-terms.ts';
import { countOf, expectSwap, runTo } from './helpers/scenario.ts';
import { createWorld, packCode, vinOf, type World } from './helpers/world.ts';

const terms: LeaseFacts = {
  lease: 'l-1',
  plan: 'p',
  blocks: null,
  sohFloorPct: null,
  onSohFloor: 'refuse',
  models: [],
};

/** As the engine reads it of a car that comes. */
function leased(world: World, lease: Partial<LeaseFacts> | null): void {
  const vin = vinOf(1);
  const car = world.state.vehicles[vin] ?? { vin, models: [], firmwares: [], pack: null };
  const vehicles = { ...world.state.vehicles, [vin]: { ...car, lease: lease && { ...terms, ...lease } } };
  world.state = { ...world.state, vehicles };
}

function judged(world: World, n: number, soh: Pick<PackFacts, 'sohPct'> & Partial<PackFacts>): void {
  const code = packCode(n);
  const facts = world.state.packs[code];
  if (facts) world.state = { ...world.state, packs: { ...world.state.packs, [code]: { ...facts, ...soh } } };
}

function worldWith(lease: Partial<LeaseFacts> | null, soh: Record<number, number> = {}): World {
  const world = createWorld();
  world.hello();
  for (const [n, sohPct] of Object.entries(soh)) judged(world, Number(n), { sohPct });
  leased(world, lease);
  return world;
}

const untouched = (world: World) => {
  for (const step of ['positionAndClamp', 'unlockPack'] as const) expect(countOf(world, step)).toBe(0);
  expect(world.state.packs[packCode(901)]?.place.key).toBe(`vehicle/${vinOf(1)}`);
};

const releaseText = (world: World): string => {
  const released = world.effects.find((effect) => effect.kind === 'command' && effect.type === 'release');
  return released?.kind === 'command' && 'reason' in released.params ? released.params.reason : '';
};

describe('a lease stops the next swap before unlocking', () => {
  test.each(['leaseInArrears', 'leaseSuspended', 'leaseLapsed'] as const)('%s', (blocks) => {
    const world = worldWith({ blocks });
    world.arrive(1);
    expectSwap(world, 'refused', blocks);
    untouched(world);
    expect(releaseText(world)).toMatch(/^No swap: The lease .* 租赁/);
    expect(releaseText(world).length).toBeLessThan(80);
  });

  test('and the car may go, and comes again when it has paid', () => {
    const world = worldWith({ blocks: 'leaseInArrears' });
    world.arrive(1);
    expectSwap(world, 'refused', 'leaseInArrears');
    world.leave();
    leased(world, {});
    world.arrive(1);
    const completed = () =>
      world.effects.some((effect) => effect.kind === 'updateSwap' && effect.patch.state === 'completed');
    world.run(completed);
    expect(completed()).toBe(true);
  });

  test('a lease in order, and a car without one, swap', () => {
    for (const lease of [{}, null]) {
      const world = worldWith(lease);
      world.arrive(1);
      expectSwap(world, 'completed', null);
    }
  });
});

describe('what comes of the lease while the car stands here is for the next swap', () => {
  test.each(['authorise', 'positionAndClamp', 'unlockPack', 'exchange', 'verifyPack'] as const)(
    'arrears during %s: the swap is finished',
    (step) => {
      const world = worldWith({});
      world.arrive(1);
      runTo(world, step);
      leased(world, { blocks: 'leaseInArrears' });
      expectSwap(world, 'completed', null);
    },
  );

  test('the old pack is refitted, whatever the lease says by now', () => {
    const world = worldWith({});
    world.arrive(1);
    for (let n = 0; n < 12; n += 1) world.script('verifyPack', { outcome: 'failed', reason: 'bmsHandshake' });
    runTo(world, 'raisePack');
    leased(world, { blocks: 'leaseInArrears', sohFloorPct: 100 });
    world.run(() => world.swap()?.endedAt != null || world.swap()?.state === 'needs-person');
    expect(countOf(world, 'lockPack')).toBeGreaterThan(0);
    expect(world.swap()?.state).not.toBe('refused');
  });

  test('the old pack, however worn, is taken back', () => {
    const world = worldWith({ sohFloorPct: 80 });
    world.arrive(1, {});
    const old = packCode(901);
    runTo(world, 'unlockPack');
    const facts = world.state.packs[old];
    if (facts) world.state = { ...world.state, packs: { ...world.state.packs, [old]: { ...facts, sohPct: 40 } } };
    expectSwap(world, 'completed', null);
    world.run(() => world.state.packs[old]?.place.kind === 'slot');
    expect(world.state.packs[old]?.place.kind).toBe('slot');
  });
});

describe('the floor of health', () => {
  const all = (sohPct: number) => Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [n, sohPct]));

  test('another pack is given than the one that would break it', () => {
    const world = worldWith({ sohFloorPct: 80 }, { 1: 70, 2: 70, 3: 90, 4: 70, 5: 70, 6: 70 });
    world.arrive(1);
    expectSwap(world, 'completed', null);
    expect(world.swap()?.packIn).toBe(packCode(3));
  });

  test('where none is above it the plan refuses, before unlocking', () => {
    const world = worldWith({ sohFloorPct: 80 }, all(70));
    world.arrive(1);
    expectSwap(world, 'refused', 'noPackAboveSohFloor');
    untouched(world);
    expect(releaseText(world)).toMatch(/健康度/);
  });

  test('or one below it is given, to be credited', () => {
    const world = worldWith({ sohFloorPct: 80, onSohFloor: 'accept-with-credit' }, all(70));
    world.arrive(1);
    expectSwap(world, 'completed', null);
  });

  test('what the gate went by is written with the swap, whatever is known by the time the pack is in the car', () => {
    const world = worldWith({ sohFloorPct: 80, onSohFloor: 'accept-with-credit' }, all(85));
    for (const n of [1, 2, 3, 4, 5, 6]) judged(world, n, { sohPct: 85, estimatedSohPct: n === 2 ? 81.5 : 78 });
    world.arrive(1);
    runTo(world, 'raisePack');
    judged(world, 2, { sohPct: 79, estimatedSohPct: 79.5 });
    expectSwap(world, 'completed', null);
    expect(world.swap()).toMatchObject({ packIn: packCode(2), packInSohPct: 81.5, packInSohSource: 'estimate' });
  });

  test('by its BMS, where nothing was measured; and nothing, where nothing is known', () => {
    for (const [sohPct, packInSohSource] of [
      [84.5, 'bms'],
      [null, null],
    ] as const) {
      const world = worldWith(null);
      for (const n of [1, 2, 3, 4, 5, 6]) judged(world, n, { sohPct });
      world.arrive(1);
      expectSwap(world, 'completed', null);
      expect(world.swap()).toMatchObject({ packInSohPct: sohPct, packInSohSource });
    }
  });

  test('of another pack that takes the place of one that would not do', () => {
    const world = worldWith({ sohFloorPct: 80, onSohFloor: 'accept-with-credit' }, all(90));
    for (const n of [1, 2, 3, 4, 5, 6]) judged(world, n, { sohPct: 90, estimatedSohPct: 80 + n });
    for (let n = 0; n < 4; n += 1) world.script('verifyPack', { outcome: 'failed', reason: 'bmsHandshake' });
    world.arrive(1);
    expectSwap(world, 'completed', null);
    const { packIn, packInSohPct } = world.swap() ?? {};
    expect(packIn).not.toBe(packCode(1));
    expect(packInSohPct).toBe(world.state.packs[packIn ?? '']?.estimatedSohPct);
  });
});
