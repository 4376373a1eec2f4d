import { describe, expect, test } from 'vitest';
import type { PackFacts } from '../../../machines/contract.ts';
import { assess, prove } from '../../../machines/policy/assess.ts';
import type { Command } from '../../../schema/wire/commands.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';
import { packCode, vinOf } from '../helpers/world.ts';
import { at, inCar, pack, sensors, stationWith } from './facts.ts';

const old = packCode(9);
const fresh = packCode(1);
const vin = vinOf(1);

const evidence = (command: Command, read: Partial<BaySensors>, packs: PackFacts[] = []) => ({
  command,
  sensors: sensors({ vehiclePresent: true, ...read }),
  state: stationWith(packs),
  bay: '1',
  vin,
});

const oldInCar = pack(9, { place: inCar(1) });
const oldOnLift = pack(9, { place: at('bay/1/lift') });
const freshOnBerth = pack(1, { place: at('bay/1/berth/2') });
const exchange: Command = {
  type: 'exchange',
  params: { give: { pack: old, berth: 1 }, take: { pack: fresh, berth: 2 } },
};

type Case = [
  Command,
  done: Partial<BaySensors>,
  PackFacts[],
  begun: Partial<BaySensors>,
  PackFacts[],
  between: Partial<BaySensors>,
];

const cases: Case[] = [
  [{ type: 'positionAndClamp', params: {} }, { clamps: 'closed' }, [], { clamps: 'open' }, [], { clamps: 'between' }],
  [
    { type: 'liftVehicle', params: {} },
    { vehicleLift: 'up' },
    [],
    { vehicleLift: 'down' },
    [],
    { vehicleLift: 'between' },
  ],
  [
    { type: 'unlockPack', params: { pack: old } },
    { packLock: 'unlocked', packLift: 'up' },
    [oldInCar],
    { packLock: 'locked', packLift: 'between' },
    [oldInCar],
    { packLock: 'between' },
  ],
  [
    { type: 'lowerPack', params: { pack: old } },
    { packLock: 'noPack', packLift: 'down' },
    [oldOnLift],
    { packLock: 'unlocked', packLift: 'up' },
    [oldInCar],
    { packLock: 'noPack', packLift: 'between' },
  ],
  [
    exchange,
    { packLift: 'down' },
    [pack(9, { place: at('bay/1/berth/1') }), pack(1, { place: at('bay/1/lift') })],
    { packLift: 'down' },
    [oldOnLift, freshOnBerth],
    { shuttle: 'between' },
  ],
  [
    { type: 'raisePack', params: { pack: fresh } },
    { packLock: 'unlocked', packLift: 'up' },
    [],
    { packLock: 'noPack', packLift: 'down' },
    [],
    { packLift: 'between' },
  ],
  [
    { type: 'lockPack', params: { pack: fresh } },
    { packLock: 'locked', packLift: 'down' },
    [pack(1, { place: inCar(1) })],
    { packLock: 'unlocked', packLift: 'up' },
    [pack(1, { place: at('bay/1/lift') })],
    { packLock: 'between', packLift: 'up' },
  ],
  [
    { type: 'lowerVehicle', params: {} },
    { vehicleLift: 'down' },
    [],
    { vehicleLift: 'up' },
    [],
    { vehicleLift: 'between' },
  ],
  [
    { type: 'release', params: { reason: '' } },
    { clamps: 'open', exitLight: 'green' },
    [],
    { clamps: 'closed' },
    [],
    { clamps: 'between' },
  ],
  [
    { type: 'fetchPack', params: { pack: fresh, slot: 1, berth: 2 } },
    { shuttle: 'atLift' },
    [freshOnBerth],
    { shuttle: 'atSlot' },
    [pack(1)],
    { shuttle: 'between' },
  ],
  [
    { type: 'stowPack', params: { pack: fresh, slot: 1, berth: 2 } },
    { shuttle: 'atSlot' },
    [pack(1)],
    { shuttle: 'atLift' },
    [freshOnBerth],
    { shuttle: 'between' },
  ],
  [
    { type: 'isolatePack', params: { pack: fresh, from: 'slot/1', to: 'isolation/1' } },
    { shuttle: 'atSlot' },
    [pack(1, { place: at('isolation/1') })],
    { shuttle: 'atSlot' },
    [pack(1)],
    { shuttle: 'between' },
  ],
];

describe.each(cases)('%o', (command, done, packsDone, notBegun, packsBefore, between) => {
  test('is done, not begun, or between, as sensors and places say', () => {
    expect(assess(evidence(command, done, packsDone))).toBe('done');
    expect(assess(evidence(command, notBegun, packsBefore))).toBe('notBegun');
    expect(assess(evidence(command, between, packsBefore))).toBe('between');
  });

  test('is proved by its end only', () => {
    expect(prove(evidence(command, done, packsDone))).toBe('proved');
    expect(prove(evidence(command, between, packsDone))).toBe(command.type === 'exchange' ? 'proved' : 'contradicted');
  });
});

test('steps that leave no trace are simply done again', () => {
  const authorise: Command = { type: 'authorise', params: { swap: 'bj-001.1.1', vin } };
  expect(assess(evidence(authorise, {}))).toBe('notBegun');
  expect(assess(evidence(authorise, { vehiclePresent: false }))).toBe('between');
  expect(assess(evidence({ type: 'verifyPack', params: { pack: fresh } }, { packLock: 'locked' }))).toBe('notBegun');
});

test('a read that is missing is awaited; another pack there is misplaced, unless this very command takes it away', () => {
  expect(prove(evidence(exchange, {}, [oldOnLift, freshOnBerth]))).toBe('awaited');
  const half = [pack(9, { place: at('bay/1/berth/1') }), freshOnBerth];
  expect(prove(evidence(exchange, {}, half))).toBe('awaited');
  expect(prove(evidence(exchange, {}, [pack(3, { place: at('bay/1/lift') }), freshOnBerth]))).toBe('misplaced');
  const fetch: Command = { type: 'fetchPack', params: { pack: fresh, slot: 1, berth: 2 } };
  expect(prove(evidence(fetch, { shuttle: 'atLift' }, [pack(1)]))).toBe('awaited');
  expect(prove(evidence(fetch, { shuttle: 'atLift' }, [pack(1), pack(3, { place: at('bay/1/berth/2') })]))).toBe(
    'misplaced',
  );
  const lost = pack(1, { place: { kind: 'unknown', key: 'unknown', station: 'bj-001' } });
  expect(prove(evidence(fetch, { shuttle: 'atLift' }, [lost]))).toBe('misplaced');
});
