import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billCharge } from '../../machines/settlement/bill-charge.ts';
import { billMonth, type MonthPart } from '../../machines/settlement/bill-month.ts';
import { addDays, addMonths, daysOfMonth, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { distanceOf } from '../../machines/settlement/distance.ts';
import { amountFen, priced, roundHalfAway, thousandths, totalFen } from '../../machines/settlement/money.ts';
import { priceBook } from '../../machines/settlement/price-book.ts';
import { type DayRange, feeOfDays, largestRemainder } from '../../machines/settlement/prorate.ts';
import { swapEnergy } from '../../machines/settlement/swap-energy.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { PackAtSwap } from '../../schema/wire/settlement/usage.ts';
import { beijingAugust2026, beijingDemo } from '../../src/tariffs/beijing.ts';

const fees = fc.integer({ min: 0, max: 100_000_000 });
const months = fc.integer({ min: 0, max: 1200 }).map((count) => addMonths('2000-01', count));
/** A month with a split of its days into parts without gaps. */
const splits = fc
  .tuple(months, fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }))
  .map(([month, cuts]): { month: string; ranges: DayRange[] } => {
    const days = daysOfMonth(month);
    const bounds = [...new Set([0, ...cuts.filter((cut) => cut < days), days])].sort((a, b) => a - b);
    const day = (count: number) => addDays(firstDay(month), count);
    return {
      month,
      ranges: bounds.slice(1).map((to, index) => ({ fromDay: day(bounds[index] ?? 0), toDay: day(to) })),
    };
  });

describe('rounding', () => {
  test('is half away from zero, both ways', () => {
    const halves = [15n, -15n, 14n, -14n, 5n, -5n, 4n, -4n, 0n].map((tenths) => roundHalfAway(tenths, 10n));
    expect(halves).toEqual([2, -2, 1, -1, 1, -1, 0, 0, 0]);
  });

  test('is once for a line, the same for a credit as for a debt, and off by half a fen at most', () => {
    const wh = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    const micro = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(wh, micro, (energyWh, price) => {
        const fen = amountFen(energyWh, 'Wh', price);
        expect(amountFen(-energyWh, 'Wh', price) + fen).toBe(0);
        const off = BigInt(fen) * 10_000_000n - BigInt(energyWh) * BigInt(price);
        expect((off < 0n ? -off : off) <= 5_000_000n).toBe(true);
      }),
    );
  });

  test('refuses what a number cannot hold, and fractions of a Wh', () => {
    expect(() => amountFen(0.5, 'Wh', 1_000_000)).toThrow(RangeError);
    expect(() => amountFen(Number.NaN, 'km', 1)).toThrow(RangeError);
    expect(() => amountFen(1, 'km', 0.5)).toThrow(RangeError);
    expect(() => amountFen(9e12, 'km', 9e15)).toThrow(RangeError);
    expect(() => thousandths(1e15)).toThrow(RangeError);
    const line = { unit: 'item', rule: '', basis: {}, kind: 'deposit', quantity: 1 } as const;
    const big = priced({ ...line, unitPriceMicro: Number.MAX_SAFE_INTEGER });
    expect(() => totalFen([{ ...big, amountFen: Number.MAX_SAFE_INTEGER }, big])).toThrow(RangeError);
  });
});

describe('energy of a swap', () => {
  const pack = (of: Partial<PackAtSwap>): PackAtSwap => ({
    ...{ code: 'x', socPct: null, energyWh: null, nominalWh: null, sohPct: null },
    ...of,
  });
  const full = { socPct: 90, nominalWh: 50_000, sohPct: 90 };

  test('is by counters where both have one, else by state of charge, else not known', () => {
    const basis = (given: Partial<PackAtSwap>, returned: Partial<PackAtSwap>) =>
      swapEnergy({ packIn: pack(given), packOut: pack(returned) })?.basis ?? null;
    expect(basis({ ...full, energyWh: 1 }, { ...full, energyWh: 1 })).toBe('bmsCounter');
    expect(basis({ ...full, energyWh: 1 }, full)).toBe('socTimesUsable');
    expect(basis({ ...full, energyWh: 1 }, { ...full, sohPct: null })).toBeNull();
    expect(basis({ ...full, nominalWh: null }, full)).toBeNull();
    expect(basis({}, {})).toBeNull();
  });

  test('is rounded once to whole Wh, half away from zero', () => {
    const of = (given: number, returned: number) =>
      swapEnergy({ packIn: pack({ energyWh: given }), packOut: pack({ energyWh: returned }) })?.energyWh;
    expect([of(35_120.4, 120.9), of(120.9, 35_120.4), of(0.3, 0.1), of(1.2, 0.7)]).toEqual([35_000, -35_000, 0, 1]);
  });

  test('back and forth adds up to nothing', () => {
    const readings = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(readings, readings, (a, b) => {
        const [one, other] = [pack({ energyWh: a }), pack({ energyWh: b })];
        const there = swapEnergy({ packIn: one, packOut: other })?.energyWh ?? Number.NaN;
        const back = swapEnergy({ packIn: other, packOut: one })?.energyWh ?? Number.NaN;
        expect(there + back).toBe(0);
      }),
    );
  });
});

describe('proration', () => {
  test('any split of a month adds up to the fee, each part computed without knowing of the others', () => {
    fc.assert(
      fc.property(fees, splits, (fee, { month, ranges }) => {
        const parts = ranges.map((range) => feeOfDays(fee, month, range));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(fee);
      }),
      { numRuns: 1000 },
    );
  });

  test('days differ by a fen at most, and no part is off by as much as a fen', () => {
    fc.assert(
      fc.property(fees, splits, (fee, { month, ranges }) => {
        const inMonth = daysOfMonth(month);
        const days = Array.from({ length: inMonth }, (_, index) => addDays(firstDay(month), index));
        const prices = days.map((day) => feeOfDays(fee, month, { fromDay: day, toDay: addDays(day, 1) }));
        expect(Math.max(...prices) - Math.min(...prices)).toBeLessThanOrEqual(1);
        for (const range of ranges) {
          const count = days.filter((day) => range.fromDay <= day && day < range.toDay).length;
          expect(Math.abs(feeOfDays(fee, month, range) * inMonth - fee * count)).toBeLessThanOrEqual(inMonth);
        }
      }),
      { numRuns: 200 },
    );
  });

  const part = (range: DayRange, own: Partial<MonthPart> = {}): MonthPart => ({
    ...range,
    ...{ plan: 'taxi', planVersion: 1, vin: 'A', terms: planTerms.parse({}) },
    usage: { swaps: 0, km: 0, energyWh: 0 },
    ...own,
  });
  const nothing = { heldFen: 0, dueFen: 0 };

  test('transfers, other versions at the same fee, suspensions and other lessees: the bills add up to the month', () => {
    const sides = fc.array(
      fc.tuple(fc.constantFrom('l-1', 'l-2', null), fc.constantFrom(1, 2), fc.constantFrom('A', 'B')),
      {
        minLength: 10,
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(fees, splits, sides, (monthlyFeeFen, { month, ranges }, owners) => {
        const terms = planTerms.parse({ monthlyFeeFen });
        const parts = ranges.map((range, index) => {
          const [lease, planVersion, vin] = owners[index % owners.length] ?? ['l-1', 1, 'A'];
          return { lease, part: part(range, { terms, planVersion, vin }) };
        });
        const billed = ['l-1', 'l-2'].flatMap((lease) =>
          billMonth({
            month,
            lease,
            parts: parts.flatMap((of) => (of.lease === lease ? of.part : [])),
            deposit: nothing,
          }),
        );
        const suspended = parts
          .filter(({ lease }) => lease === null)
          .map((of) => feeOfDays(monthlyFeeFen, month, of.part));
        expect(totalFen(billed) + suspended.reduce((sum, fen) => sum + fen, 0)).toBe(monthlyFeeFen);
      }),
      { numRuns: 500 },
    );
  });

  test('a quota is not worth more in parts than whole, and a transfer loses nothing of it', () => {
    const usage = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(splits, usage, ({ month, ranges }, km) => {
        const terms = planTerms.parse({ perKmMicro: 120_000, included: { km: 3000 } });
        const bill = (parts: MonthPart[]) => totalFen(billMonth({ month, lease: 'l-1', parts, deposit: nothing }));
        const [first] = ranges;
        if (!first) return;
        const moved = ranges.map((range, index) =>
          part(range, { terms, vin: `car ${index}`, usage: { swaps: 0, energyWh: 0, km: index === 0 ? km : 0 } }),
        );
        const whole = part(
          { fromDay: firstDay(month), toDay: firstDay(addMonths(month, 1)) },
          { terms, usage: { swaps: 0, energyWh: 0, km } },
        );
        expect(bill(moved)).toBe(bill([whole]));
      }),
    );
  });

  test('refuses days of another month, and two terms on one day', () => {
    expect(() => feeOfDays(100, '2026-08', { fromDay: '2026-08-31', toDay: '2026-09-02' })).toThrow(RangeError);
    expect(() => feeOfDays(100, '2026-08', { fromDay: '2026-08-10', toDay: '2026-08-09' })).toThrow(RangeError);
    const parts = [
      part({ fromDay: '2026-08-10', toDay: '2026-08-20' }),
      part({ fromDay: '2026-08-01', toDay: '2026-08-11' }, { planVersion: 2 }),
    ];
    expect(() => billMonth({ month: '2026-08', lease: 'l-1', parts, deposit: nothing })).toThrow(RangeError);
  });

  test('usage below nothing, as by packs returned fuller, costs nothing', () => {
    const terms = planTerms.parse({ perKwhMicro: 200_000 });
    const all = { fromDay: '2026-08-01', toDay: '2026-09-01' };
    const parts = [part(all, { terms, usage: { swaps: 1, km: 0, energyWh: -2250 } })];
    expect(billMonth({ month: '2026-08', lease: 'l-1', parts, deposit: nothing })).toMatchObject([
      { kind: 'energyFee', quantity: 0, amountFen: 0 },
    ]);
  });
});

test('shares by largest remainder add up, and are off by less than one', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), weights, (total, of) => {
      const sum = of.reduce((all, weight) => all + weight, 0);
      fc.pre(sum > 0);
      const shares = largestRemainder(total, of);
      expect(shares.reduce((all, share) => all + share, 0)).toBe(total);
      shares.forEach((share, index) => {
        expect(Math.abs(share - (total * (of[index] ?? 0)) / sum)).toBeLessThan(1.000001);
      });
    }),
  );
});

test('kilometres count from the last reading before, and a new odometer starts anew', () => {
  expect(distanceOf(1000, [1100.4, 1250])).toEqual({ km: 250, fromKm: 1000, toKm: 1250 });
  expect(distanceOf(null, [1100.4, 1250])).toEqual({ km: 149.6, fromKm: 1100.4, toKm: 1250 });
  expect(distanceOf(200_000, [200_100, 3, 53])).toMatchObject({ km: 150 });
  expect([distanceOf(null, []), distanceOf(1000, [])].map(({ km }) => km)).toEqual([0, 0]);
});

describe('a charge', () => {
  const tables = [
    ...beijingDemo('2026-01-01', '2026-08-01'),
    ...beijingAugust2026(),
    ...beijingDemo('2026-09-01', '2027-02-01'),
  ];
  const book = priceBook(tables, [{ station: 's', fromDay: '2026-01-01', category: 'single-rate-1-10kV' }]);

  test('over any hours and days: the lines are in order, without a gap, and add up to the meter', () => {
    const starts = fc.integer({ min: startOfDay('2026-01-01'), max: startOfDay('2027-01-25') });
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 0, max: 50 * 3_600_000 }),
        fc.nat(200_000),
        (startedAt, lasts, meteredWh) => {
          const billed = billCharge({ station: 's', startedAt, endedAt: startedAt + lasts, meteredWh, book });
          if ('gap' in billed) throw new Error('a gap');
          expect(billed.lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(meteredWh);
          const spans = billed.lines.map(({ basis }) => [basis.from, basis.to]);
          expect(spans[0]?.[0]).toBe(startedAt);
          expect(spans.at(-1)?.[1]).toBe(startedAt + lasts);
          spans.slice(1).forEach(([from], index) => {
            expect(from).toBe(spans[index]?.[1]);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('without a price for a part of its time has none at all', () => {
    const startedAt = startOfDay('2027-02-01') - 60_000;
    const billed = billCharge({ station: 's', startedAt, endedAt: startedAt + 3_600_000, meteredWh: 1000, book });
    expect(billed).toMatchObject({ gap: { reason: 'noTable', station: 's', at: startOfDay('2027-02-01') } });
  });
});
