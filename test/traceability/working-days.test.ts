import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkingDays, isWorkingDay } from '../../src/traceability/working-days.ts';

const day = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 86_400_000, max: Date.UTC(2028, 11, 31) / 86_400_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));

describe('working days', () => {
  test.each([
    ['2026-02-14', true, 'a Saturday that is worked for the Spring Festival'],
    ['2026-02-17', false, 'New Year by the moon'],
    ['2026-10-01', false, 'National Day'],
    ['2026-10-10', true, 'a Saturday that is worked for National Day'],
    ['2026-11-21', false, 'a Saturday'],
    ['2026-11-23', true, 'a Monday'],
  ])('%s is one: %s (%s)', (each, isOne) => {
    expect(isWorkingDay(each)).toBe(isOne);
  });

  test('are counted from the day after, over the holidays of autumn', () => {
    // 28, 29, 30 September, 8, 9, 10 (a Saturday that is worked) October, then 12 to 16: the eleventh is the 16th.
    expect(addWorkingDays('2026-09-27', 11)).toBe('2026-10-16');
    expect(addWorkingDays('2026-11-20', 1)).toBe('2026-11-23');
    expect(addWorkingDays('2026-11-20', 0)).toBe('2026-11-20');
  });

  test('that people enter count over those that were announced', () => {
    expect(addWorkingDays('2026-11-20', 1, new Map([['2026-11-21', true]]))).toBe('2026-11-21');
    expect(addWorkingDays('2026-11-20', 1, new Map([['2026-11-23', false]]))).toBe('2026-11-24');
  });

  test('always end on a working day, with so many between', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (from, n) => {
        const end = addWorkingDays(from, n);
        expect(isWorkingDay(end)).toBe(true);
        let count = 0;
        for (let at = Date.parse(from) + 86_400_000; at <= Date.parse(end); at += 86_400_000)
          if (isWorkingDay(new Date(at).toISOString().slice(0, 10))) count += 1;
        expect(count).toBe(n);
      }),
    );
  });
});
