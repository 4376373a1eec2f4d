import { expect, test } from 'vitest';
import type { Effect, PackFacts } from '../../../machines/contract.ts';
import { type Sighting, sight } from '../../../machines/policy/custody.ts';
import { applyEffect } from '../../../machines/station/apply.ts';
import type { Command } from '../../../schema/wire/commands.ts';
import { packCode, vinOf } from '../helpers/world.ts';
import { at, inCar, pack, stationWith } from './facts.ts';

const seen = (change: Partial<Sighting>): Sighting => ({
  place: at('slot/1'),
  code: null,
  reading: null,
  cause: 'packRead',
  bay: '1',
  swap: 'swap-1',
  vin: vinOf(1),
  command: null,
  ...change,
});

function look(packs: PackFacts[], sighting: Sighting): { effects: Effect[]; places: Record<string, string> } {
  const state = stationWith(packs);
  const effects = sight(state, sighting);
  const after = effects.reduce(applyEffect, state);
  return {
    effects,
    places: Object.fromEntries(Object.values(after.packs).map(({ code, place }) => [code, place.key])),
  };
}

const kinds = (effects: Effect[]) => effects.map(({ kind }) => kind);

test('a pack that is read where it is changes nothing', () => {
  expect(look([pack(1)], seen({ code: packCode(1) })).effects).toEqual([]);
});

test('a pack that is read elsewhere is there', () => {
  const { effects, places } = look([pack(1)], seen({ place: at('bay/1/berth/1'), code: packCode(1) }));
  expect(places[packCode(1)]).toBe('bj-001/bay/1/berth/1');
  expect(effects[0]).toMatchObject({ kind: 'moveBattery', from: at('slot/1'), cause: 'packRead', swap: 'swap-1' });
  // Out of its slot it is not ready any more.
  expect(effects[1]).toMatchObject({ kind: 'updateBattery', patch: { ready: false } });
});

test('an empty place makes the pack that was there unknown, with an incident', () => {
  const { effects, places } = look([pack(1)], seen({}));
  expect(kinds(effects)).toEqual(['moveBattery', 'openIncident']);
  expect(places[packCode(1)]).toBe('unknown');
  expect(look([pack(2)], seen({})).effects).toEqual([]);
});

test('two packs cannot be at one place: the one that is not seen is unknown', () => {
  const { places } = look([pack(1), pack(2)], seen({ code: packCode(2) }));
  expect(places).toEqual({ [packCode(1)]: 'unknown', [packCode(2)]: 'bj-001/slot/1' });
});

test('an unknown pack that is seen again closes its incident and keeps its station meanwhile', () => {
  const lost = pack(1, { place: { kind: 'unknown', key: 'unknown', station: 'bj-001' } });
  const { effects, places } = look([lost], seen({ place: at('slot/4'), code: packCode(1) }));
  expect(places[packCode(1)]).toBe('bj-001/slot/4');
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'closeIncident', key: `custody/${packCode(1)}` }));
});

test('any number of packs may be unknown', () => {
  const unknown = { kind: 'unknown', key: 'unknown', station: 'bj-001' } as const;
  const { places } = look([pack(1, { place: unknown }), pack(2)], seen({ place: at('slot/2') }));
  expect(Object.values(places)).toEqual(['unknown', 'unknown']);
});

test('a pack nobody knew is adopted, without an incident', () => {
  const { effects } = look([pack(7, { custodyVersion: 0 })], seen({ code: packCode(7) }));
  expect(effects[0]).toMatchObject({ kind: 'moveBattery', from: null, cause: 'adopted' });
  expect(look([], seen({ code: packCode(8) })).places).toEqual({ [packCode(8)]: 'bj-001/slot/1' });
  expect(kinds(look([], seen({ code: packCode(8) })).effects)).toEqual(['moveBattery']);
});

const fetch: Command = { type: 'fetchPack', params: { pack: packCode(1), slot: 1, berth: 2 } };

test('the pack that was to come and did not is unknown', () => {
  const berth = seen({ place: at('bay/1/berth/2'), command: fetch });
  expect(look([pack(1), pack(2)], { ...berth, code: packCode(2) }).places).toEqual({
    [packCode(1)]: 'unknown',
    [packCode(2)]: 'bj-001/bay/1/berth/2',
  });
  expect(look([pack(1)], berth).places).toEqual({ [packCode(1)]: 'unknown' });
});

test('a pack that is not where the command began is not lost by it', () => {
  const elsewhere = pack(1, { place: inCar(3) });
  const { places } = look(
    [elsewhere, pack(2)],
    seen({ place: at('bay/1/berth/2'), code: packCode(2), command: fetch }),
  );
  expect(places[packCode(1)]).toBe(inCar(3).key);
});

test('a reading is taken over, what the BMS leaves out stays', () => {
  const reading = { socPct: 12, sohPct: 90, model: 'M9' };
  const { effects } = look([pack(1)], seen({ code: packCode(1), reading }));
  expect(effects).toEqual([
    { kind: 'updateBattery', code: packCode(1), patch: { socPct: 12, sohPct: 90, model: 'M9' } },
  ]);
});

test('each move raises the custody version by one', () => {
  const state = stationWith([pack(1), pack(2)]);
  const after = sight(state, seen({ code: packCode(2) })).reduce(applyEffect, state);
  expect(Object.values(after.packs).map(({ custodyVersion }) => custodyVersion)).toEqual([2, 2]);
});
