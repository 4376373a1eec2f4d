import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../schema/wire/commands.ts';
import type { SimFault } from '../../schema/wire/simulator.ts';
import { createKit, type Kit, planSwap, swapOrders } from './kit.ts';

/**
 * Commands in any order and at any time, and faults between them. Whatever is asked, the interlocks keep the physical world legal: judged
 * by its own journal.
 */
type Deed =
  | { what: 'command'; index: number; dwellMs: number }
  | { what: 'repeat'; back: number; otherHash: boolean }
  | { what: 'cancel'; back: number }
  | { what: 'fault'; index: number }
  | { what: 'panel'; button: 'emergencyStop' | 'reset' | 'confirm' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ what: fc.constant('command' as const), index: fc.nat(15), dwellMs: fc.nat(40_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('repeat' as const), back: fc.nat(5), otherHash: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('cancel' as const), back: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('fault' as const), index: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('panel' as const),
      button: fc.constantFrom('emergencyStop' as const, 'reset' as const, 'confirm' as const, 'confirm' as const),
    }),
  },
);

const faults: SimFault[] = [
  { kind: 'stuck', bay: '1', step: 'unlockPack', times: 1 },
  { kind: 'stuck', bay: '1', step: 'lockPack', times: 2 },
  { kind: 'sensorLie', bay: '1', step: 'lowerPack' },
  { kind: 'sensorLie', bay: '1', step: 'release' },
  { kind: 'powerCut', when: 'inMotion', forMs: 1_000 },
  { kind: 'powerCut', when: 'afterMotion', forMs: 1_000 },
  { kind: 'reboot', when: 'beforeMotion' },
  { kind: 'reboot', when: 'now' },
  { kind: 'lightCurtain', bay: '1' },
  { kind: 'driveOffEarly', bay: '1' },
];

interface Sent {
  id: string;
  order: Command;
  hash: string;
}

function act(kit: Kit, orders: Command[], sent: Sent[], given: Deed): void {
  if (given.what === 'command') {
    const order = orders[given.index % orders.length];
    if (!order) return;
    const hash = `hash-${sent.length}-of-it`;
    sent.push({ id: kit.command(order, { hash }), order, hash });
    kit.run(given.dwellMs);
  }
  const old = 'back' in given ? sent.at(-1 - given.back) : undefined;
  if (given.what === 'repeat' && old)
    kit.command(old.order, { id: old.id, hash: given.otherHash ? 'another-hash' : old.hash });
  if (given.what === 'cancel' && old) kit.send({ kind: 'cancel', id: old.id, hash: old.hash, bay: '1' });
  const head = { v: 1, station: 'bj-001', id: 'c-1' };
  if (given.what === 'fault') {
    kit.station.control({ ...head, type: 'fault', fault: faults[given.index] }, kit.now());
    kit.run(3_000);
  }
  if (given.what === 'panel')
    kit.station.control({ ...head, type: 'panel', bay: '1', button: given.button }, kit.now());
}

function check(kit: Kit): void {
  kit.run(120_000);
  kit.ack();
  kit.send({ kind: 'helloRequest' });
  const replay = kit.judge();
  expect(replay.violations).toEqual([]);
  const records = kit.records();
  expect(records.map((record) => record.seq)).toEqual(records.map((_, i) => i + 1));
  const results = kit.bodies('commandResult');
  for (const { id } of kit.bodies('commandAccepted')) {
    expect(results.filter((body) => body.id === id && body.outcome !== 'conflict').length).toBe(1);
  }
  const places = [...kit.station.physicalPlaces().values()];
  expect(new Set(places).size).toBe(places.length);
  for (const read of kit.hellos().at(-1)?.bays[0]?.places ?? []) {
    if (read.code && !read.place.endsWith('vehicle'))
      expect(kit.station.physicalPlaces().get(read.code)).toBe(read.place);
  }
}

describe('any commands and faults', () => {
  it('never make an illegal motion, and every accepted command has one result', () => {
    const world = fc.record({
      seed: fc.string({ minLength: 1 }),
      deeds: fc.array(deed, { minLength: 5, maxLength: 60 }),
    });
    fc.assert(
      fc.property(world, ({ seed, deeds }) => {
        const kit = createKit({ seed, size: { slots: 6, packs: 6 }, heartbeat: false });
        const orders = swapOrders(planSwap(kit));
        const sent: Sent[] = [];
        for (const given of deeds) act(kit, orders, sent, given);
        check(kit);
      }),
      { numRuns: 60, seed: 20_261_123 },
    );
  });

  it('in the order of a swap, with faults between them, go as far as they go and stay legal', () => {
    const world = fc.record({
      seed: fc.string({ minLength: 1 }),
      faults: fc.array(fc.record({ before: fc.nat(13), index: fc.nat(9) }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(world, ({ seed, faults: planned }) => {
        const kit = createKit({ seed, size: { slots: 6, packs: 6 }, heartbeat: false, attendantAfterS: 5 });
        for (const [step, order] of swapOrders(planSwap(kit)).entries()) {
          for (const { index } of planned.filter((fault) => fault.before === step)) {
            act(kit, [], [], { what: 'fault', index });
          }
          for (let attempt = 0; attempt < 3; attempt += 1) {
            if (kit.complete(order).outcome === 'completed') break;
            kit.run(30_000);
          }
        }
        check(kit);
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });
});
