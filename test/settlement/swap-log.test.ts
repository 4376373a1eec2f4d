import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSwapReader, type LogLine, type SwapRecord } from '../../machines/settlement/swap-log.ts';
import type { PackReading } from '../../schema/wire/sensors.ts';
import type { SohFigure } from '../../schema/wire/settlement/usage.ts';

const station = 'bj-001';
const vin = 'LNBSCB3F6JE100001';

interface Visit {
  bay: '1' | '2';
  /** Hand-overs of the pack returned after it left the car, and of the pack given before it is in. */
  out: (PackReading | null)[];
  given: (PackReading | null)[];
  charged: PackReading | null;
  carSocPct: number | null;
  /** By which the pack given was chosen. A swap that a person settles may not have got so far. */
  soh: SohFigure | 'unsaid' | null;
  ends: 'completed' | 'rolled-back' | 'resolved';
  leaves: 'before' | 'after' | 'never';
  /** Another pack was tried first, and would not do. */
  firstTry: boolean;
}

const reading = fc.record({ socPct: fc.integer({ min: 0, max: 100 }), energyWh: fc.integer({ min: 0, max: 60_000 }) });
const maybe = fc.option(reading, { nil: null });
const visit: fc.Arbitrary<Visit> = fc.record({
  bay: fc.constantFrom('1' as const, '2' as const),
  out: fc.array(maybe, { minLength: 1, maxLength: 3 }),
  given: fc.array(maybe, { minLength: 1, maxLength: 3 }),
  charged: maybe,
  carSocPct: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
  soh: fc.oneof(
    fc.constantFrom(null, 'unsaid' as const),
    fc.record({
      pct: fc.double({ min: 0, max: 110, noNaN: true }),
      source: fc.constantFrom('estimate' as const, 'bms' as const),
    }),
  ),
  ends: fc.constantFrom('completed' as const, 'rolled-back' as const, 'resolved' as const),
  leaves: fc.constantFrom('before' as const, 'after' as const, 'never' as const),
  firstTry: fc.boolean(),
});

/** The log as the engine writes it, and what it must be understood to say. */
function play(visits: readonly Visit[]): { lines: LogLine[]; expected: SwapRecord[] } {
  const lines: LogLine[] = [];
  const expected: SwapRecord[] = [];
  let clock = 1_000_000;
  const say = (type: string, bay: string, body: unknown, decided: string[] | null, source = 'record') => {
    clock += 1_000;
    lines.push({ occurredAt: clock, source, type, bay, body, decided });
    return clock;
  };
  const readPack = (bay: string, code: string, from: string, to: string, of: PackReading | null) =>
    say('packRead', bay, { code, reading: of }, [`move ${code} ${from} to ${to}`]);
  for (const [index, { bay, out, given, charged, carSocPct, soh, ends, leaves, firstTry }] of visits.entries()) {
    const swap = `${station}.${bay}.${index + 1}`;
    const [old, fresh, bad] = [`OLD${index}`, `NEW${index}`, `BAD${index}`];
    const car = `vehicle/${vin}`;
    const lift = `${station}/bay/${bay}/lift`;
    if (charged) say('packReady', bay, { slot: 3, pack: fresh, registerWh: 1, reading: charged }, null);
    const inPositionAt = say(
      'vehicleInPosition',
      bay,
      { bay, vehicle: { vin, odometerKm: 1_000 + index, socPct: carSocPct } },
      ['command authorise x'],
    );
    say('vehicleChanged', bay, { bay, vehicle: { vin, odometerKm: 1_000 + index, socPct: carSocPct } }, [
      `open ${swap}`,
      `swap ${swap} running`,
    ]);
    for (const [at, each] of out.entries()) readPack(bay, old, at === 0 ? car : lift, lift, each);
    if (firstTry) {
      readPack(bay, bad, lift, car, { socPct: 1 });
      readPack(bay, bad, car, lift, { socPct: 1 });
    }
    for (const [at, each] of given.entries()) readPack(bay, fresh, lift, at === given.length - 1 ? car : lift, each);
    const saidSoh = soh !== 'unsaid';
    if (firstTry) say('commandResult', bay, {}, [`swap ${swap} gave ${bad} 12.5 bms`]);
    if (saidSoh) say('commandResult', bay, {}, [`swap ${swap} gave ${fresh} ${soh?.pct ?? '-'} ${soh?.source ?? '-'}`]);
    if (ends === 'rolled-back') {
      say('commandResult', bay, {}, [`swap ${swap} released`]);
      say('commandResult', bay, {}, [`swap ${swap} rolled-back`]);
      continue;
    }
    const releasedAt = ends === 'completed' ? say('commandResult', bay, {}, [`swap ${swap} released`]) : null;
    const left = () => say('vehicleLeft', bay, { bay }, [`swap ${swap} left`]);
    const leftBefore = leaves === 'before' ? left() : null;
    const endedAt =
      ends === 'completed'
        ? say('commandResult', bay, {}, [`swap ${swap} completed`])
        : say('resolve', bay, { resolution: {} }, [`swap ${swap} completed`], 'action');
    // The old pack is read in its slot again when all is over.
    readPack(bay, old, lift, `${station}/slot/3`, { socPct: 77 });
    const leftAt = leaves === 'after' ? left() : leftBefore;
    const of = (list: (PackReading | null)[]) => list.filter((each) => each !== null);
    const readingOut = of(out)[0] ?? null;
    const readingIn = of(given).at(-1) ?? charged;
    expected.push({
      swap,
      station,
      vin,
      odometerKm: 1_000 + index,
      inPositionAt,
      releasedAt,
      endedAt,
      leftAt,
      packOut: old,
      packIn: fresh,
      readingOut,
      readingIn,
      packInSoh: saidSoh ? soh : null,
      carSocPct,
    });
  }
  return { lines, expected };
}

test('the log gives back every completed swap, whatever happened in between, and no other', () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 12 }), (visits) => {
      const { lines, expected } = play(visits);
      const reader = createSwapReader(station);
      const read = [...lines.flatMap((line) => reader.take(line)), ...reader.end()];
      const byId = (a: SwapRecord, b: SwapRecord) => a.swap.localeCompare(b.swap);
      expect(read.sort(byId)).toEqual(expected.sort(byId));
    }),
    { seed: 4, numRuns: 500 },
  );
});
