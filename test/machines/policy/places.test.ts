import { expect, test } from 'vitest';
import { packAt, withPack } from '../../../machines/policy/places.ts';
import { createRandom } from '../../../station-sim/random.ts';
import { packCode } from '../helpers/world.ts';
import { at, inCar, pack, stationWith } from './facts.ts';

/** The index goes from image to image, so it must show what one made from scratch shows; of the old image too. */
test('who is where stays right as packs move and change', () => {
  const random = createRandom('places');
  const wires = ['slot/1', 'slot/2', 'slot/3', 'slot/4', 'slot/5', 'bay/1/berth/1', 'bay/1/lift'];
  const places = [...wires.map(at), inCar(1), inCar(2)];
  const afresh = (state: ReturnType<typeof stationWith>) =>
    places.map(({ key }) => packAt(structuredClone(state), key));
  let state = stationWith([pack(1), pack(2), pack(3)]);
  for (let n = 0; n < 500; n += 1) {
    const before = state;
    const wasThere = afresh(before);
    packAt(before, 'slot');
    const code = packCode(random.pick([1, 2, 3, 4]));
    const known = before.packs[code] ?? pack(4);
    const free = places.filter(({ key }) => packAt(before, key) === null);
    const change = random.pick([{ ready: !known.ready }, { place: random.pick(free) }]);
    state = { ...before, packs: withPack(before.packs, { ...known, ...change }) };
    expect(places.map(({ key }) => packAt(state, key))).toEqual(afresh(state));
    expect(places.map(({ key }) => packAt(before, key))).toEqual(wasThere);
  }
});
