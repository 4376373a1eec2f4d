import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effect, StationInput, StationState, StepContext } from '../../machines/contract.ts';
import { packAt } from '../../machines/policy/places.ts';
import { applyEffect } from '../../machines/station/apply.ts';
import { stepStation } from '../../machines/step-station.ts';
import { bayView } from '../../machines/view.ts';
import { commandOutcome, failureReason } from '../../schema/wire/commands.ts';
import type { StationRecord } from '../../schema/wire/uplink.ts';
import { restingSensors } from './helpers/plc.ts';
import { createWorld, packCode, station, vinOf } from './helpers/world.ts';

const places = [
  'slot/1',
  'slot/2',
  'slot/3',
  'bay/1/berth/1',
  'bay/1/berth/2',
  'bay/1/lift',
  'bay/1/vehicle',
  'isolation/1',
];
const pack = fc.integer({ min: 1, max: 5 }).map(packCode);
const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const sensors = fc.record({
  vehiclePresent: fc.boolean(),
  clamps: oneOf('open', 'closed', 'between'),
  vehicleLift: oneOf('down', 'up', 'between'),
  packLock: oneOf('locked', 'unlocked', 'between', 'noPack'),
  packLift: oneOf('down', 'up', 'between'),
  shuttle: oneOf('atLift', 'atSlot', 'between'),
  exitLight: oneOf('red', 'green'),
  emergencyStop: fc.boolean(),
});
const vehicle = fc.record({
  vin: fc.integer({ min: 1, max: 2 }).map(vinOf),
  odometerKm: fc.constant(1),
  firmware: fc.constant('1'),
  parked: fc.boolean(),
  hvOff: fc.boolean(),
  consent: fc.boolean(),
  pack: fc.option(pack),
  socPct: fc.constant(20),
});
/** Which of the commands given so far. */
const nth = fc.nat({ max: 6 });

type Move =
  | { do: 'record'; type: string; body: unknown }
  | {
      do: 'result';
      nth: number;
      outcome: string;
      reason: string | null;
      sensors: typeof restingSensors;
      other: boolean;
    }
  | { do: 'read'; place: string; code: string | null; nth: number | null }
  | { do: 'hello'; sensors: typeof restingSensors; places: (string | null)[]; safety: string; car: unknown }
  | { do: 'timer'; nth: number; stale: boolean }
  | { do: 'action'; action: string; pack: string; place: string }
  | { do: 'link' }
  | { do: 'gap' }
  | { do: 'facts'; pack: string; status: 'inService' | 'quarantined' | 'retired' }
  | { do: 'reservation'; state: 'due' | 'cancelled'; pack: string };

const bay = fc.constant('1');
const record = (type: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Move> =>
  body.map((each) => ({ do: 'record', type, body: each }));
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: record('vehicleInPosition', fc.record({ bay, vehicle })) },
  { weight: 1, arbitrary: record('vehicleChanged', fc.record({ bay, vehicle })) },
  { weight: 1, arbitrary: record('vehicleEntered', fc.record({ bay })) },
  { weight: 1, arbitrary: record('vehicleLeft', fc.record({ bay, early: fc.boolean() })) },
  { weight: 1, arbitrary: record('booted', fc.constant({ reason: 'powerOn', firmware: '1' })) },
  {
    weight: 2,
    arbitrary: record(
      'safety',
      fc.record({
        bay,
        state: oneOf('ready', 'stopped', 'awaitingReset', 'awaitingConfirm'),
        cause: fc.constant('reset'),
        sensors,
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: record(
      'panel',
      fc.record({ bay, button: oneOf('confirm', 'reset', 'hold', 'resume'), person: oneOf(null, 'badge') }),
    ),
  },
  { weight: 1, arbitrary: record('smoke', fc.record({ bay: oneOf(null, '1'), active: fc.boolean() })) },
  {
    weight: 2,
    arbitrary: record(
      'alarm',
      fc.record({
        key: oneOf('a', 'b'),
        active: fc.boolean(),
        level: fc.integer({ min: 1, max: 4 }),
        code: fc.constant('hot'),
        place: fc.constant(null),
        pack,
        detail: fc.constant(null),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: record(
      'packReady',
      fc.record({
        slot: fc.integer({ min: 1, max: 3 }),
        pack,
        registerWh: fc.constant(1),
        reading: fc.constant({ socPct: 95 }),
      }),
    ),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('result' as const),
      nth,
      outcome: fc.oneof(
        { weight: 4, arbitrary: fc.constant('completed') },
        { weight: 2, arbitrary: oneOf(...commandOutcome.options) },
      ),
      reason: fc.option(oneOf(...failureReason.options)),
      sensors: sensors as unknown as fc.Arbitrary<typeof restingSensors>,
      other: fc.boolean(),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      place: oneOf(...places),
      code: fc.option(pack),
      nth: fc.option(nth),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('hello' as const),
      sensors: sensors as unknown as fc.Arbitrary<typeof restingSensors>,
      places: fc.array(fc.option(pack), { minLength: places.length, maxLength: places.length }),
      safety: oneOf('ready', 'ready', 'awaitingReset'),
      car: fc.option(vehicle),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('timer' as const), nth, stale: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('action' as const),
      action: oneOf(
        'hold',
        'resume',
        'abort',
        'confirm',
        'reset',
        'resolve',
        'isolate-pack',
        'maintenance',
        'return-to-service',
      ),
      pack,
      place: oneOf(...places, 'unknown', 'workshop'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'link' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'gap' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('facts' as const),
      pack,
      status: oneOf('inService' as const, 'quarantined' as const, 'retired' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reservation' as const),
      state: oneOf('due' as const, 'cancelled' as const),
      pack,
    }),
  },
);

/** A station that may say anything: what an honest one never would, too. */
function createChaos() {
  const world = createWorld({ slots: 3, packs: 3 });
  world.hello();
  let state: StationState = world.state;
  let now = world.now;
  let seq = 1000;
  const effects: Effect[] = [];
  const timers = new Map<string, Extract<Effect, { kind: 'armTimer' }>>();

  const commands = () => effects.flatMap((effect) => (effect.kind === 'command' ? [effect] : []));
  const recordOf = (type: string, body: unknown): StationInput => {
    seq += 1;
    const head = { v: 1 as const, station, journalId: 'j', kind: 'record' as const, seq, boot: 1, atMs: now };
    return { source: 'record', record: { ...head, type, body } as StationRecord, occurredAt: now };
  };

  function inputOf(each: Move): StationInput | null {
    switch (each.do) {
      case 'record':
        return recordOf(each.type, each.body);
      case 'result': {
        const command = commands().at(-1 - each.nth);
        if (!command) return null;
        const { outcome, reason } = each;
        const read = each.other ? each.sensors : restingSensors;
        return recordOf('commandResult', {
          id: command.id,
          hash: command.hash,
          outcome,
          reason,
          detail: null,
          durationMs: 1,
          sensors: read,
        });
      }
      case 'read': {
        const commandId = each.nth === null ? null : (commands().at(-1 - each.nth)?.id ?? null);
        return recordOf('packRead', { place: each.place, code: each.code, commandId, reading: { socPct: 95 } });
      }
      case 'hello':
        return helloOf(each);
      case 'timer': {
        const timer = [...timers.values()].at(each.nth % Math.max(1, timers.size));
        if (!timer) return null;
        const { machine, instance, sendId, token } = timer;
        return { source: 'timer', bay: '1', machine, instance, sendId, token: each.stale ? `${token}x` : token };
      }
      case 'action': {
        const packs = Object.keys(state.packs).map((code, index) => ({
          code,
          place: index === 0 ? each.place : 'unknown',
        }));
        const resolution = { outcome: 'completed' as const, packs };
        return {
          source: 'action',
          request: { bay: '1', action: each.action as 'hold', reason: 'x', by: 'p', pack: each.pack, resolution },
        };
      }
      case 'link':
        return { source: 'link', up: false };
      case 'facts': {
        const facts = state.packs[each.pack];
        if (facts) state = { ...state, packs: { ...state.packs, [each.pack]: { ...facts, status: each.status } } };
        return { source: 'facts', bay: '1' };
      }
      case 'gap':
        return { source: 'gap', reason: 'skipped', detail: 'x' };
      case 'reservation':
        return {
          source: 'reservation',
          bay: '1',
          reservation: 'r',
          vin: vinOf(1),
          pack: each.pack,
          arrivesAt: now + 60_000,
          state: each.state,
        };
    }
  }

  function helloOf({ sensors: read, places: codes, safety, car }: Extract<Move, { do: 'hello' }>): StationInput {
    const body = world.helloBody();
    const [own] = body.bays;
    if (!own) throw new Error('no bay');
    const seen = new Set<string>();
    // A reader reads each pack once.
    const once = places.map((_, index) => {
      const code = codes[index] ?? null;
      if (code === null || seen.has(code)) return null;
      seen.add(code);
      return code;
    });
    const at = (place: string) => once[places.indexOf(place)] ?? null;
    const hello = {
      ...body,
      bays: [
        {
          ...own,
          sensors: read,
          safety: safety as 'ready',
          vehicle: car as typeof own.vehicle,
          active: [],
          places: own.places.map(({ place }) => ({ place, code: at(place) })),
        },
      ],
      slots: body.slots.map((slot) => ({ ...slot, code: at(`slot/${slot.slot}`) })),
      isolation: body.isolation.map(({ place }) => ({ place, code: at(place) })),
    };
    return { source: 'hello', hello, boot: 1, occurredAt: now };
  }

  return {
    effects,
    get state() {
      return state;
    },
    make(each: Move) {
      now += 1000;
      const input = inputOf(each);
      if (!input) return null;
      const context: StepContext = { now, epoch: 1, beat: 1, validBeats: 20 };
      const before = state;
      const step = stepStation(before, input, context);
      state = step.state;
      effects.push(...step.effects);
      for (const effect of step.effects) {
        if (effect.kind === 'armTimer') timers.set(`${effect.instance} ${effect.sendId}`, effect);
        if (effect.kind === 'cancelTimer') timers.delete(`${effect.instance} ${effect.sendId}`);
      }
      return { before, input, context, step };
    },
  };
}

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
