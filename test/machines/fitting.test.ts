import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PackFacts, VehicleFacts } from '../../machines/contract.ts';
import { choosePack, mayBeGiven } from '../../machines/policy/choose-pack.ts';
import { incompatibilityOf, type ModelFacts } from '../../machines/policy/compatibility.ts';
import { countOf, expectSwap, runTo } from './helpers/scenario.ts';
import { createWorld, packCode, station, vinOf, type World } from './helpers/world.ts';
import { pack, stationWith } from './policy/facts.ts';

const model: ModelFacts = {
  mechanicalInterface: 'frame-a',
  electricalInterface: 'plug-400',
  firmwareFrom: null,
  firmwareTo: null,
  vehicleFirmwareFrom: null,
  nominalV: 350,
};

/** A station whose packs are known, and a car of which this is enrolled. */
function worldWith(packs: Partial<PackFacts>, vehicle: Partial<VehicleFacts>): World {
  const world = createWorld();
  world.hello();
  change(world, packs);
  const vin = vinOf(1);
  const facts = { vin, models: [], firmwares: [], pack: null, ...vehicle };
  world.state = { ...world.state, vehicles: { ...world.state.vehicles, [vin]: facts } };
  return world;
}

function change(world: World, facts: Partial<PackFacts>, only?: string): void {
  const packs = Object.entries(world.state.packs).map(([code, each]) =>
    only === undefined || code === only ? [code, { ...each, ...facts }] : [code, each],
  );
  world.state = { ...world.state, packs: Object.fromEntries(packs) };
}

const incidents = (world: World) => world.effects.filter((effect) => effect.kind === 'openIncident');
const untouched = (world: World) => {
  for (const step of ['positionAndClamp', 'unlockPack']) expect(countOf(world, step)).toBe(0);
  expect(world.state.packs[packCode(901)]?.place.key).toBe(`vehicle/${vinOf(1)}`);
};

describe('before the old pack is unlocked', () => {
  test('a new pack that fits and whose firmware the car does not accept is refused, and so is the swap', () => {
    const world = worldWith({ firmware: '3.0.0', modelFacts: model }, { firmwares: ['2.4.1', '2.5.0'] });
    world.arrive(1);
    expectSwap(world, 'refused', 'firmwareMismatch');
    untouched(world);
  });

  test.each<[string, Partial<ModelFacts>, Partial<VehicleFacts>, string]>([
    ['a firmware outside its model', { firmwareTo: '2.9' }, {}, 'firmwareMismatch'],
    ['a car too old for the model', { vehicleFirmwareFrom: 'car-2' }, {}, 'firmwareMismatch'],
    ['another frame', {}, { mechanicalInterfaces: ['frame-b'] }, 'noCompatiblePack'],
    ['another plug', {}, { electricalInterfaces: ['plug-800'] }, 'noCompatiblePack'],
    ['another model', {}, { models: ['PLN-E60'] }, 'noCompatiblePack'],
  ])('%s refuses the swap', (_, ofModel, ofCar, reason) => {
    const world = worldWith({ model: 'PLN-E50', firmware: '3.0.0', modelFacts: { ...model, ...ofModel } }, ofCar);
    world.arrive(1);
    expectSwap(world, 'refused', reason);
    untouched(world);
  });

  test('the reader at the berth has the last word: the pack it unmasks is stowed again and another comes', () => {
    const world = worldWith({ firmware: '2.4.1' }, { firmwares: ['2.4.1'] });
    world.arrive(1);
    runTo(world, 'fetchPack');
    const incoming = packCode(1);
    world.record('packRead', {
      place: 'slot/1',
      code: incoming,
      commandId: null,
      reading: { socPct: 95, firmware: '3.0.0' },
    });
    expectSwap(world, 'completed', null);
    expect(world.swap()?.packIn).toBe(packCode(2));
  });

  test('a pack that a person takes out of service meanwhile is not fitted', () => {
    const world = worldWith({}, {});
    world.arrive(1);
    runTo(world, 'authorise');
    change(world, { status: 'quarantined' }, packCode(1));
    expectSwap(world, 'completed', null);
    expect(world.swap()?.packIn).toBe(packCode(2));
  });
});

describe('two sides that cannot both be right', () => {
  const known = (world: World, place: PackFacts['place']) => {
    const code = packCode(901);
    world.state = { ...world.state, packs: { ...world.state.packs, [code]: { ...pack(901), code, place } } };
  };

  test('two cars that claim one pack: an incident with both, and neither is opened', () => {
    const world = worldWith({}, {});
    known(world, { kind: 'vehicle', key: `vehicle/${vinOf(7)}`, station: null });
    world.arrive(1);
    world.run(() => world.swap()?.endedAt != null);
    expect(world.swap()).toMatchObject({ state: 'refused', reason: 'packDisputed' });
    expect(incidents(world)).toEqual([
      expect.objectContaining({
        code: 'packClaimedTwice',
        packs: [packCode(901)],
        detail: expect.stringMatching(vinOf(7)),
      }),
    ]);
    expect(world.state.packs[packCode(901)]?.place.key).toBe(`vehicle/${vinOf(7)}`);
    expect(countOf(world, 'unlockPack')).toBe(0);
  });

  test('a car that claims a pack of a slot, here or elsewhere, is not opened either', () => {
    for (const key of [`${station}/slot/6`, 'bj-002/slot/3']) {
      const world = createWorld({ packs: 5 });
      world.hello();
      known(world, { kind: 'slot', key, station: key.slice(0, 6) });
      world.arrive(1);
      world.run(() => world.swap()?.endedAt != null);
      expect(world.swap()).toMatchObject({ state: 'refused', reason: 'packDisputed' });
    }
  });

  test('a pack that is read in two stations is set aside in quarantine, with an incident', () => {
    const world = worldWith({}, {});
    const code = packCode(77);
    const place = { kind: 'slot', key: 'bj-002/slot/3', station: 'bj-002' } as const;
    world.state = { ...world.state, packs: { ...world.state.packs, [code]: { ...pack(77), code, place } } };
    world.record('packRead', { place: 'isolation/1', code, commandId: null, reading: null });
    expect(incidents(world)).toEqual([
      expect.objectContaining({
        code: 'packInTwoPlaces',
        detail: expect.stringMatching(/isolation\/1.*bj-002\/slot\/3/),
      }),
    ]);
    expect(world.state.packs[code]).toMatchObject({ status: 'quarantined', ready: false });
  });

  test.each(['retired', 'secondLife', 'recycled'] as const)(
    'a %s pack in a slot is an incident, and is never given',
    (status) => {
      const world = createWorld({ packs: 0 });
      world.hello();
      const code = packCode(78);
      const place = { kind: 'truck', key: 'truck', station: null } as const;
      world.state = { ...world.state, packs: { [code]: { ...pack(78), code, place, status } } };
      world.record('packRead', { place: 'slot/1', code, commandId: null, reading: { socPct: 95 } });
      world.record('packReady', { slot: 1, pack: code, registerWh: 1, reading: { socPct: 95 } });
      expect(incidents(world)).toEqual([expect.objectContaining({ code: 'packNotForService', packs: [code] })]);
      world.arrive(1);
      expectSwap(world, 'refused', 'noCompatiblePack');
      untouched(world);
    },
  );
});

describe('counters', () => {
  const countersOf = (world: World, code: string) => world.state.packs[code]?.counters;

  test('of swaps, charges, temperatures and alarms follow the events', () => {
    const world = createWorld();
    world.hello();
    world.arrive(1);
    expectSwap(world, 'completed', null);
    expect(countersOf(world, packCode(1))?.swapCount).toBe(1);
    const fitted = world.effects.filter((effect) => effect.kind === 'updateVehicle' && effect.fitted);
    expect(fitted).toHaveLength(1);

    change(world, { modelFacts: model }, packCode(2));
    const reading = (socPct: number, maxCellC: number, throughputAh?: number) => ({
      socPct,
      maxCellC,
      ...(throughputAh ? { throughputAh } : {}),
    });
    const charge = (type: 'chargeStarted' | 'chargeEnded', registerWh: number, of = reading(90, 30)) =>
      type === 'chargeStarted'
        ? world.record(type, { slot: 2, pack: packCode(2), registerWh, reading: of })
        : world.record(type, { slot: 2, pack: packCode(2), registerWh, reason: 'full', reading: of });
    charge('chargeStarted', 1_000, reading(20, 22));
    charge('chargeEnded', 36_000, reading(95, 41));
    expect(countersOf(world, packCode(2))).toMatchObject({
      chargeWh: 35_000,
      chargeAh: 100,
      chargeFromWh: null,
      minCellC: 22,
      maxCellC: 41,
    });
    charge('chargeEnded', 40_000);
    charge('chargeStarted', 40_000);
    charge('chargeStarted', 50_000);
    charge('chargeEnded', 50_500, reading(95, 20, 7_000));
    expect(countersOf(world, packCode(2))).toMatchObject({
      chargeWh: 35_500,
      chargeAh: 7_000,
      minCellC: 20,
      maxCellC: 41,
    });

    const alarm = (level: number, active = true) =>
      world.record('alarm', {
        key: 'hot',
        active,
        level,
        code: 'hot',
        place: 'slot/2',
        pack: packCode(2),
        detail: null,
      });
    alarm(1);
    alarm(2);
    alarm(3);
    alarm(3);
    alarm(3, false);
    alarm(2);
    expect(countersOf(world, packCode(2))?.negativeEvents).toBe(3);
  });

  test('of a charge end when the pack leaves its slot: no other meter counts for it', () => {
    const world = createWorld();
    world.hello();
    world.record('chargeStarted', { slot: 1, pack: packCode(1), registerWh: 5_000, reading: null });
    world.record('packRead', { place: 'isolation/1', code: packCode(1), commandId: null, reading: null });
    expect(countersOf(world, packCode(1))?.chargeFromWh).toBeNull();
  });
});

test('no pack that the policy refuses is ever chosen, and one that it takes is', () => {
  const names = (...all: string[]) => fc.subarray(all);
  const version = fc.constantFrom('', '1', '2', '2.4', '3');
  const end = fc.option(version.filter((text) => text !== ''));
  const facts = fc.record({
    model: fc.constantFrom('A', 'B', ''),
    firmware: version,
    modelFacts: fc.option(
      fc.record({
        mechanicalInterface: fc.constantFrom('f1', 'f2'),
        electricalInterface: fc.constantFrom('p1', 'p2'),
        firmwareFrom: end,
        firmwareTo: end,
        vehicleFirmwareFrom: end,
      }),
    ),
    status: fc.constantFrom('inService' as const, 'retired' as const, 'quarantined' as const),
    alarmLevel: fc.nat(3),
    ready: fc.boolean(),
    socPct: fc.constantFrom(50, 95),
  });
  const car = fc.record({
    models: names('A', 'B'),
    firmwares: names('1', '2', '2.4'),
    mechanicalInterfaces: names('f1', 'f2'),
    electricalInterfaces: names('p1', 'p2'),
    firmware: fc.option(version),
  });
  fc.assert(
    fc.property(fc.array(facts, { minLength: 1, maxLength: 6 }), car, (all, traits) => {
      const vehicle: VehicleFacts = { vin: vinOf(1), pack: null, ...traits };
      const state = stationWith(all.map((change, n) => pack(n + 1, change)));
      const wish = { vehicle, holder: 'swap-1', exclude: [] };
      const fits = (each: PackFacts) => mayBeGiven(each, state, wish) && incompatibilityOf(each, vehicle) === null;
      const chosen = choosePack(state, wish);
      const given = chosen === null ? undefined : state.packs[chosen];
      if (given) expect(fits(given) && given.status === 'inService').toBe(true);
      else expect(Object.values(state.packs).some((each) => each.ready && fits(each))).toBe(false);
    }),
    { numRuns: 500 },
  );
});
