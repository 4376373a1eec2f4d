import { describe, expect, test } from 'vitest';
import { formatsFor } from '../../../src/console/web/i18n/formats.ts';

const en = formatsFor('en');
const zh = formatsFor('zh');
const at = '2026-10-31T17:05:09.000Z';

describe('formats', () => {
  test('write numbers and units', () => {
    expect([en.whole(12_345.6), en.tenth(3.1459), en.hundredth(2.5)]).toEqual(['12,346', '3.1', '2.5']);
    // No line breaks between a number and its unit.
    expect([en.pct(97.25), en.kWh(40_574), en.kW(120_400), en.celsius(31.04)]).toEqual([
      '97.3\u00a0%',
      '40.6\u00a0kWh',
      '120\u00a0kW',
      '31\u00a0°C',
    ]);
    expect([en.seconds(79_929), en.clock(90_999), en.clock(-5)]).toEqual(['79.9\u00a0s', '1:30', '0:00']);
  });

  test('write money, which comes in fen, as yuan', () => {
    expect([en.money(250_557), zh.money(250_557), en.money(-5)]).toEqual(['¥2,505.57', '¥2,505.57', '-¥0.05']);
  });

  test("write times by Beijing's clock, wherever the reader is", () => {
    expect(en.day(at)).toBe('1 Nov 2026');
    expect([en.time(at), zh.time(at), en.minute(at)]).toEqual(['01:05:09', '01:05:09', '01:05']);
    expect(zh.dayAndTime(at)).toBe('2026年11月1日 01:05:09');
  });

  test('say how long ago in the largest unit that fits', () => {
    const now = Date.parse(at);
    expect(en.ago(now - 5_000, now)).toBe('5 sec ago');
    expect(zh.ago(now - 5 * 60_000, now)).toBe('5分钟前');
    expect([en.ago(now - 7_200_000, now), en.ago(now - 2 * 86_400_000, now)]).toEqual(['2 hr ago', '2 days ago']);
  });

  test('write a dash for what is not known', () => {
    expect([en.whole(null), en.money(undefined), zh.time(null), en.ago(null, 0), en.clock(null)]).toEqual(
      Array.from({ length: 5 }, () => '–'),
    );
  });
});
