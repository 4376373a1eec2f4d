import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StationState } from '../../machines/contract.ts';
import { packAt } from '../../machines/policy/places.ts';
import { applyEffect } from '../../machines/station/apply.ts';
import { stepStation } from '../../machines/step-station.ts';
import { bayView } from '../../machines/view.ts';
import { createChaos } from './helpers/chaos.ts';
import { move } from './helpers/moves.ts';

const chaos = (
  check: (
    made: NonNullable<ReturnType<ReturnType<typeof createChaos>['make']>>,
    world: ReturnType<typeof createChaos>,
  ) => void,
) =>
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 80 }), (moves) => {
      const world = createChaos();
      for (const each of moves) {
        const made = world.make(each);
        if (made) check(made, world);
      }
    }),
    { numRuns: 200 },
  );

test('whatever a station says, the core takes it, and the view can be shown', { timeout: 120_000 }, () => {
  chaos(({ step }) => expect(bayView(step.state, '1')).not.toBeNull());
});

test('every pack keeps exactly one place, and no two packs share a place for one', { timeout: 120_000 }, () => {
  chaos(({ before, step }) => {
    for (const code of Object.keys(before.packs)) expect(step.state.packs[code]).toBeDefined();
    for (const facts of Object.values(step.state.packs)) {
      if (['slot', 'berth', 'lift', 'vehicle', 'isolation'].includes(facts.place.kind)) {
        expect(packAt(step.state, facts.place.key)?.code).toBe(facts.code);
      }
    }
  });
});

test('custody moves by effects alone: each from where the pack was, each raising its version by one', {
  timeout: 120_000,
}, () => {
  chaos(({ before, step }) => {
    const places = new Map(
      Object.values(before.packs).map(({ code, place, custodyVersion }) => [code, { place, custodyVersion }]),
    );
    for (const effect of step.effects) {
      if (effect.kind !== 'moveBattery') continue;
      const known = places.get(effect.code);
      if (effect.from === null) expect(known?.custodyVersion ?? 0).toBe(0);
      else expect(effect.from).toEqual(known?.place);
      places.set(effect.code, { place: effect.to, custodyVersion: (known?.custodyVersion ?? 0) + 1 });
    }
    for (const { code, place, custodyVersion } of Object.values(step.state.packs)) {
      expect({ place, custodyVersion }).toEqual(places.get(code));
    }
  });
});

test('a pack becomes unknown only with an incident', { timeout: 120_000 }, () => {
  chaos(({ step }) => {
    for (const effect of step.effects) {
      if (effect.kind !== 'moveBattery' || effect.to.kind !== 'unknown' || effect.cause === 'resolved') continue;
      const opened = step.effects.some((other) => other.kind === 'openIncident' && other.packs.includes(effect.code));
      expect(opened).toBe(true);
    }
  });
});

test('no command id is ever given twice, and no command leaves while things may not move', { timeout: 120_000 }, () => {
  chaos(({ before, step }, world) => {
    const ids = world.effects.flatMap((effect) => (effect.kind === 'command' ? [effect.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    const moving = step.effects.some((effect) => effect.kind === 'command' && effect.type !== 'setChargeLimit');
    if (moving && !before.reconciled) expect(step.state.reconciled).toBe(true);
  });
});

test('an event that nothing takes changes nothing', { timeout: 120_000 }, () => {
  chaos(({ before, step }) => {
    if (step.effects.length > 0 || step.changed.length > 0) return;
    expect(step.state.bays).toEqual(before.bays);
    expect(step.state.packs).toBe(before.packs);
  });
});

test('the same step twice gives the same answer, also from the stored form', { timeout: 120_000 }, () => {
  chaos(({ before, input, context, step }) => {
    const again = stepStation(before, input, context);
    expect(again.effects).toEqual(step.effects);
    const read = stepStation(restored(before), input, context);
    expect(read.effects).toEqual(step.effects);
    expect(JSON.stringify(read.state)).toBe(JSON.stringify(step.state));
  });
});

test('effects folded over the old image give the new one', { timeout: 120_000 }, () => {
  chaos(({ before, step }) => {
    const folded = step.effects.reduce(applyEffect, before);
    expect(folded.packs).toEqual(step.state.packs);
    expect(folded.slots).toEqual(step.state.slots);
    expect(folded.vehicles).toEqual(step.state.vehicles);
  });
});

/** As a process would read it from the database: nothing shared, nothing remembered. */
function restored(state: StationState): StationState {
  return JSON.parse(JSON.stringify(state)) as StationState;
}
