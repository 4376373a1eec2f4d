import { describe, expect, test } from 'vitest';
import type { PackFacts } from '../../machines/contract.ts';
import { countOf, expectSwap, runTo } from './helpers/scenario.ts';
import { createWorld, packCode, station, vinOf, type World } from './helpers/world.ts';
import { pack } from './policy/facts.ts';

const own = packCode(901);

/** A station that knows the pack of the car that is about to come. */
function worldWith(facts: Partial<PackFacts>): World {
  const world = createWorld();
  world.hello();
  const place = { kind: 'vehicle', key: `vehicle/${vinOf(1)}`, station: null } as const;
  const known = { ...pack(901), code: own, place, ...facts };
  world.state = { ...world.state, packs: { ...world.state.packs, [own]: known } };
  return world;
}

const change = (world: World, code: string, facts: Partial<PackFacts>) => {
  const before = world.state.packs[code];
  if (!before) throw new Error(`no ${code}`);
  world.state = { ...world.state, packs: { ...world.state.packs, [code]: { ...before, ...facts } } };
};
const incidents = (world: World) => world.effects.filter((effect) => effect.kind === 'openIncident');

describe('a car that comes with a pack that is out of service', () => {
  test.each(['retired', 'secondLife', 'recycled', 'quarantined'] as const)(
    '%s: refused before anything is unlocked, with an incident that names both sides',
    (status) => {
      for (const key of [`vehicle/${vinOf(1)}`, 'workshop/fengtai']) {
        const kind = key.startsWith('workshop') ? 'workshop' : 'vehicle';
        const world = worldWith({ status, place: { kind, key, station: null } });
        world.arrive(1);
        expectSwap(world, 'refused', 'packNotForService');
        for (const step of ['positionAndClamp', 'unlockPack']) expect(countOf(world, step)).toBe(0);
        expect(incidents(world)).toEqual([
          expect.objectContaining({
            code: 'packNotForService',
            key: `status/${own}`,
            packs: [own],
            detail: `vehicle/${vinOf(1)} says it has ${own}; the ledger has it ${status}, at ${key}`,
          }),
        ]);
      }
    },
  );

  test.each<Partial<PackFacts>>([{ status: 'resting' }, { retiring: true }])(
    'one that rests, or is to retire, is taken out as ever: %j',
    (facts) => {
      const world = worldWith(facts);
      world.arrive(1);
      expectSwap(world, 'completed', null);
      expect(world.state.packs[own]?.place.kind).toBe('slot');
      expect(incidents(world)).toEqual([]);
    },
  );
});

describe('a pack that is to retire', () => {
  test('is given to nobody, ready as it may be', () => {
    const world = createWorld({ packs: 1 });
    world.hello();
    change(world, packCode(1), { retiring: true });
    world.arrive(1);
    expectSwap(world, 'refused', 'noCompatiblePack');
    expect(countOf(world, 'fetchPack')).toBe(0);
  });

  test('that a swap has chosen, or fetched, is put back before the car is opened, and another comes', () => {
    for (const step of ['fetchPack', 'authorise', 'positionAndClamp'] as const) {
      const world = createWorld();
      world.hello();
      world.arrive(1);
      runTo(world, step);
      change(world, packCode(1), { retiring: true });
      expectSwap(world, 'completed', null);
      expect(world.swap()?.packIn).toBe(packCode(2));
      expect(world.state.packs[packCode(1)]?.place.kind).toBe('slot');
    }
  });
});

describe('put into a slot by hand', () => {
  const seen = (facts: Partial<PackFacts>) => {
    const world = createWorld({ packs: 0 });
    world.hello();
    const code = packCode(78);
    world.state = { ...world.state, packs: { [code]: { ...pack(78), code, ...facts } } };
    world.record('packRead', { place: 'slot/1', code, commandId: null, reading: { socPct: 95 } });
    return incidents(world).map((incident) => incident.kind === 'openIncident' && incident.code);
  };
  const truck = { kind: 'truck', key: 'truck', station: null } as const;

  test('a quarantined pack from outside is an incident; the shuttle that stows one is not', () => {
    expect(seen({ status: 'quarantined', place: truck })).toEqual(['packNotForService']);
    const berth = { kind: 'berth', key: `${station}/bay/1/berth/1`, station } as const;
    expect(seen({ status: 'quarantined', place: berth })).toEqual([]);
    expect(seen({ status: 'resting', place: truck })).toEqual([]);
  });
});
