import { expect, test } from 'vitest';
import { billRules, energyBases } from '../../schema/wire/settlement/bill.ts';
import {
  basisText,
  basisWords,
  kindWords,
  lineText,
  ruleWords,
  unitWords,
  valueWords,
} from '../../src/settlement/bill-words.ts';
import { certificateWords } from '../../src/settlement/certificate-words.ts';
import { words } from '../../src/statements/words.ts';

test.each(Object.entries({ basisWords, kindWords, ruleWords, unitWords, valueWords, words, certificateWords }))(
  '%s: Chinese and English have the same keys',
  (_, texts) => {
    expect(Object.keys(texts.zh).sort()).toEqual(Object.keys(texts.en).sort());
    for (const text of Object.values(texts.zh)) expect(text).toMatch(/\p{Script=Han}|^(Wh|kWh|BMS)$/u);
  },
);

test('every rule and every basis of energy has its words', () => {
  expect(Object.keys(ruleWords.zh).sort()).toEqual([...billRules].sort());
  expect(Object.keys(valueWords.zh)).toEqual(
    expect.arrayContaining([...energyBases, 'critical', 'peak', 'flat', 'valley']),
  );
});

const line = {
  kind: 'energy',
  quantity: 35_250,
  unit: 'Wh',
  unitPriceMicro: 1_038_730,
  amountFen: 3_662,
  rule: 'energyAtRelease',
  basis: {
    energy: 'bmsCounter',
    period: 'peak',
    releasedAt: Date.parse('2026-08-12T10:30:00Z'),
    given: { socPct: 1 },
    feeFen: 123_456,
  },
} as const;

test('a line is said with quantity, unit, price, rule and amount', () => {
  expect(lineText(line, 'zh')).toBe('电费（按放行时刻电价计算）：35.25 kWh × 1.03873 元 = 36.62 元');
  expect(lineText(line, 'en')).toBe(
    'Energy (energy at the tariff of the release): 35.25 kWh × 1.03873 CNY = 36.62 CNY',
  );
  expect(basisText(line, 'zh')).toBe('电量依据 BMS 电量计 · 时段 高峰 · 放行时间 2026-08-12 18:30 · 月租 1,234.56');
});

test('what somebody wrote on a note stands as it was written', () => {
  expect(lineText({ ...line, kind: 'correction', rule: '两天无车' }, 'en')).toContain('(两天无车)');
});
