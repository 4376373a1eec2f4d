import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  beijingDay,
  beijingTime,
  daysOfMonth,
  startOfDay,
} from '../../machines/settlement/calendar.ts';
import { tariffFaults } from '../../machines/settlement/check-tariff.ts';
import { priceAt, priceAtStation, priceBook, sayGap } from '../../machines/settlement/price-book.ts';
import { periodAt } from '../../machines/settlement/tariff.ts';
import { type Tariff, tariff } from '../../schema/wire/settlement/tariff.ts';
import { august2026, beijingAugust2026, beijingDemo, beijingPrice } from '../../src/tariffs/beijing.ts';

/** An instant by Beijing's clock. */
const at = (day: string, time: string): number => Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}+08:00`);
const august = beijingAugust2026();
const year = [...beijingDemo('2026-01-01', '2026-08-01'), ...august, ...beijingDemo('2026-09-01', '2027-03-01')];
const tableOf = (category: string): Tariff => {
  const found = august.find((table) => table.category === category);
  if (!found) throw new Error(`no ${category}`);
  return found;
};
const book = priceBook(year, [
  { station: 'bj-001', fromDay: '2026-08-15', category: 'two-part-1-10kV' },
  { station: 'bj-001', fromDay: '2026-08-01', category: 'single-rate-1-10kV' },
]);
const priceOf = (category: string, day: string, time: string) => {
  const price = priceAt(book, category, at(day, time));
  return 'gap' in price ? price.gap.reason : `${price.period} ${price.micro}`;
};

describe('days of Asia/Shanghai', () => {
  test('begin at 16:00 UTC of the day before, without summer time', () => {
    expect(beijingDay(Date.UTC(2026, 7, 31, 15, 59, 59, 999))).toBe('2026-08-31');
    expect(beijingDay(Date.UTC(2026, 7, 31, 16))).toBe('2026-09-01');
    expect(beijingTime(Date.UTC(2026, 7, 31, 16))).toBe(0);
    expect(beijingTime(Date.UTC(2026, 6, 1, 15, 59, 59, 999))).toBe(1439);
    expect(startOfDay('2026-09-01')).toBe(Date.UTC(2026, 7, 31, 16));
  });

  test('are those of the platform’s calendar, over four centuries', () => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC' });
    const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2300, 0, 1) });
    fc.assert(
      fc.property(instants, (ms) => beijingDay(ms) === format.format(new Date(ms + 8 * 3_600_000))),
      { numRuns: 2000 },
    );
  });

  test('add up to months', () => {
    expect(['2026-02', '2028-02', '2026-12', '2100-02'].map(daysOfMonth)).toEqual([28, 29, 31, 28]);
    expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-08', 25)]).toEqual([
      '2027-01',
      '2025-12',
      '2028-09',
    ]);
    expect([addDays('2026-08-31', 1), addDays('2026-03-01', -1)]).toEqual(['2026-09-01', '2026-02-28']);
  });
});

describe('periods of Beijing', () => {
  test('change to the second where the notice says, valley over midnight', () => {
    const hours = (day: string) =>
      ['00:00', '06:59:59', '07:00', '09:59:59', '10:00', '12:59:59', '13:00', '16:59:59', '17:00', '21:59:59', '22:00']
        .concat(['22:59:59', '23:00', '23:59:59'])
        .map((time) => periodAt(tableOf('single-rate-1-10kV'), at(day, time)));
    const plain = ['valley', 'valley', 'flat', 'flat', 'peak', 'peak', 'flat', 'flat', 'peak', 'peak', 'flat', 'flat'];
    expect(hours('2026-06-30')).toEqual([...plain, 'valley', 'valley']);
    expect(hours('2026-09-01')).toEqual([...plain, 'valley', 'valley']);
  });

  test.each([
    ['2026-07-15', '10:59:59', 'peak'],
    ['2026-07-15', '11:00', 'critical'],
    ['2026-08-15', '12:59:59', 'critical'],
    ['2026-08-15', '13:00', 'flat'],
    ['2026-08-15', '15:59:59', 'flat'],
    ['2026-08-15', '16:00', 'critical'],
    ['2026-08-15', '16:59:59', 'critical'],
    ['2026-08-15', '17:00', 'peak'],
    ['2026-08-15', '18:30', 'peak'],
    ['2026-12-15', '17:59:59', 'peak'],
    ['2026-12-15', '18:00', 'critical'],
    ['2027-01-15', '20:59:59', 'critical'],
    ['2027-01-15', '21:00', 'peak'],
    ['2026-12-15', '11:30', 'peak'],
    ['2026-12-15', '16:30', 'flat'],
  ])('critical hours: %s %s is %s', (day, time, period) => {
    expect(periodAt(tableOf('single-rate-35-110kV'), at(day, time))).toBe(period);
  });

  test.each([
    ['into July', '2026-06-30', '2026-07-01', '12:00', 'peak', 'critical'],
    ['out of August', '2026-08-31', '2026-09-01', '16:30', 'critical', 'flat'],
    ['into December', '2026-11-30', '2026-12-01', '19:00', 'peak', 'critical'],
    ['out of January', '2027-01-31', '2027-02-01', '19:00', 'critical', 'peak'],
  ])('the month decides, by the local day: %s', (_, before, after, time, first, second) => {
    const table = tableOf('two-part-1-10kV');
    expect([periodAt(table, at(before, time)), periodAt(table, at(after, time))]).toEqual([first, second]);
  });

  test('a category without a critical price uses the period underneath, whichever that is', () => {
    expect(priceOf('single-rate-lt1kV', '2026-08-10', '11:30')).toBe('peak 1073650');
    expect(priceOf('single-rate-lt1kV', '2026-08-10', '16:30')).toBe('flat 796970');
    expect(priceOf('single-rate-lt1kV', '2026-12-10', '19:30')).toBe('peak 1073650');
  });
});

describe('prices', () => {
  test('of August in all five categories', () => {
    const times = ['11:30', '10:30', '08:00', '03:00'];
    const rows = august.map(({ category }) => times.map((time) => priceOf(category, '2026-08-20', time)).join(', '));
    expect(rows).toEqual([
      'peak 1073650, peak 1073650, flat 796970, valley 547560',
      'critical 1179020, peak 1038730, flat 726970, valley 454170',
      'critical 1119020, peak 978730, flat 666970, valley 394170',
      'critical 980490, peak 855790, flat 621970, valley 388140',
      'critical 940490, peak 815790, flat 581970, valley 348140',
    ]);
  });

  test('follow the formula, which has more decimals than the published tables', () => {
    const yuan = (transmission: number, ratio: number) =>
      (beijingPrice(august2026, transmission * 1e8, ratio) / 1e8).toFixed(6);
    // 0.389702 x ratio + 0.012228 + 0.310 - 0.012133 + 0.02716875, by hand.
    expect([yuan(0.31, 216), yuan(0.31, 180), yuan(0.31, 100), yuan(0.31, 30)]).toEqual([
      '1.179020',
      '1.038727',
      '0.726966',
      '0.454174',
    ]);
    expect([yuan(0.38, 171), yuan(0.38, 100), yuan(0.38, 36)]).toEqual(['1.073654', '0.796966', '0.547556']);
    expect([yuan(0.165, 192), yuan(0.165, 160), yuan(0.165, 40)]).toEqual(['0.940492', '0.815787', '0.348145']);
  });

  test('of a station follow its category of that day', () => {
    const of = (day: string, time: string) => {
      const price = priceAtStation(book, 'bj-001', at(day, time));
      return 'gap' in price ? price.gap.reason : `${price.tariff.category} ${price.micro}`;
    };
    expect(of('2026-08-14', '23:59:59')).toBe('single-rate-1-10kV 454170');
    expect(of('2026-08-15', '00:00')).toBe('two-part-1-10kV 388140');
    expect(of('2026-07-31', '23:59:59')).toBe('stationWithoutCategory');
  });

  test('a gap is said, and is never a price', () => {
    const hole = priceBook(
      [
        {
          ...tableOf('single-rate-1-10kV'),
          periods: { peak: [], flat: [], valley: [{ from: '23:00', to: '07:00' }], critical: [] },
        },
      ],
      [],
    );
    const gap = (found: ReturnType<typeof priceAt>) => ('gap' in found ? sayGap(found.gap) : found);
    expect(gap(priceAt(hole, 'single-rate-1-10kV', at('2026-08-10', '12:00')))).toBe(
      'the price table of tariff single-rate-1-10kV for 2026-08-10 leaves the hour 12:00 out',
    );
    expect(gap(priceAt(hole, 'single-rate-1-10kV', at('2026-09-01', '00:00')))).toBe(
      'tariff single-rate-1-10kV has no price table for 2026-09-01',
    );
    expect(gap(priceAt(hole, 'wind', at('2026-08-10', '12:00')))).toBe('tariff wind has no price table for 2026-08-10');
    expect(gap(priceAtStation(hole, 'bj-009', at('2026-08-10', '12:00')))).toBe(
      'station bj-009 has no tariff category on 2026-08-10',
    );
  });

  test('every instant of the year has exactly one, in every category', () => {
    const categories = fc.constantFrom(...august.map(({ category }) => category));
    const instants = fc.integer({ min: startOfDay('2026-01-01'), max: startOfDay('2027-03-01') - 1 });
    fc.assert(
      fc.property(categories, instants, (category, instant) => {
        const price = priceAt(book, category, instant);
        return !('gap' in price) && price.micro > 0;
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a table', () => {
  const table = tableOf('single-rate-1-10kV');
  const withPeriods = (periods: Partial<Tariff['periods']>) => ({
    ...table,
    periods: { ...table.periods, ...periods },
  });
  const faults = (wrong: Tariff) =>
    tariffFaults(tariff.parse(wrong)).map(({ pointer, detail }) => `${pointer} ${detail}`);

  test('of the five categories is in order', () => {
    expect(year.flatMap((each) => faults(each))).toEqual([]);
  });

  test('prices every minute exactly once, or is refused with the minutes', () => {
    expect(faults(withPeriods({ valley: [{ from: '23:00', to: '06:30' }] }))).toEqual([
      '/periods 06:30 is in no period',
    ]);
    expect(faults(withPeriods({ valley: [{ from: '22:30', to: '07:00' }] }))).toEqual([
      '/periods 22:30 is in more than one period',
    ]);
    expect(faults(withPeriods({ peak: [], flat: [], valley: [{ from: '07:00', to: '07:00' }] }))).toEqual([]);
    expect(faults(withPeriods({ peak: [], flat: [], valley: [{ from: '00:00', to: '24:00' }] }))).toEqual([]);
    expect(
      faults(
        withPeriods({ peak: [], flat: [{ from: '24:00', to: '10:00' }], valley: [{ from: '10:00', to: '24:00' }] }),
      ),
    ).toEqual(['/periods/flat/0/from must be before 24:00']);
    const twice = [...table.periods.critical, { months: [8], hours: [{ from: '16:30', to: '17:30' }] }];
    expect(faults(withPeriods({ critical: twice }))).toEqual(['/periods/critical month 8: 16:30 is critical twice']);
  });

  test('has days and prices', () => {
    expect(faults({ ...table, validTo: '2026-08-01' })).toEqual(['/validTo must be after validFrom']);
    expect(faults({ ...table, prices: { ...table.prices, valley: 0 } })).toEqual(['/prices/valley must be above 0']);
    expect(faults(withPeriods({ critical: [] }))).toEqual(['/prices/critical has no hours']);
  });
});
