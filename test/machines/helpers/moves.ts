import fc from 'fast-check';
import { commandOutcome, failureReason } from '../../../schema/wire/commands.ts';
import type { restingSensors } from './plc.ts';
import { packCode, vinOf } from './world.ts';

/** Of a station with three slots and one bay. */
export const places = [
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

export type Move =
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
/** One thing that happens to a station. */
export const move: fc.Arbitrary<Move> = fc.oneof(
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
