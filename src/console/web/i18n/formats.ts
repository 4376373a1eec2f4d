import { useMemo } from 'react';
import type { Language } from './language.ts';
import { useLanguage } from './texts.ts';

/** Stations, bills and shifts go by Beijing's clock, wherever the reader is. */
const timeZone = 'Asia/Shanghai';
const localeOf: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' };
const none = '–';
/** Between a number and its unit: no line breaks there. */
const space = '\u00a0';

type Maybe<T> = T | null | undefined;

/** Numbers, money and times as the reader writes them. What is not known is a dash. */
export function formatsFor(language: Language) {
  const locale = localeOf[language];
  const number = (digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 });
  const whole = number(0);
  const tenth = number(1);
  const hundredth = number(2);
  const yuan = { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' } as const;
  const money = new Intl.NumberFormat(locale, yuan);
  const price = new Intl.NumberFormat(locale, { ...yuan, maximumFractionDigits: 6 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone, hourCycle: 'h23' });
  const minute = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone, hourCycle: 'h23' });
  const both = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone,
    hourCycle: 'h23',
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const instant = (format: Intl.DateTimeFormat) => (at: Maybe<string | number>) =>
    at === null || at === undefined ? none : format.format(new Date(at));
  const known = (write: (value: number) => string) => (value: Maybe<number>) =>
    value === null || value === undefined ? none : write(value);
  return {
    whole: known((value) => whole.format(value)),
    tenth: known((value) => tenth.format(value)),
    hundredth: known((value) => hundredth.format(value)),
    /** Percent given as 0 to 100. */
    pct: known((value) => `${tenth.format(value)}${space}%`),
    seconds: known((ms) => `${tenth.format(ms / 1000)}${space}s`),
    kWh: known((wh) => `${tenth.format(wh / 1000)}${space}kWh`),
    kW: known((w) => `${whole.format(w / 1000)}${space}kW`),
    celsius: known((value) => `${tenth.format(value)}${space}°C`),
    /** Of fen. */
    money: known((fen) => money.format(fen / 100)),
    /** Of one unit, in millionths of a yuan. */
    price: known((micro) => price.format(micro / 1_000_000)),
    day: instant(day),
    time: instant(time),
    minute: instant(minute),
    dayAndTime: instant(both),
    /** How long ago, in the largest unit that fits. */
    ago: (at: Maybe<string | number>, now: number) =>
      at === null || at === undefined ? none : agoOf(relative, at, now),
    /** m:ss */
    clock: known((ms) => {
      const total = Math.max(0, Math.floor(ms / 1000));
      return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
    }),
  };
}

function agoOf(relative: Intl.RelativeTimeFormat, at: string | number, now: number): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

export type Formats = ReturnType<typeof formatsFor>;

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formatsFor(language), [language]);
}
