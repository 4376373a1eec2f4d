import { describe, expect, test } from 'vitest';
import type { LedgerPlace, PackFacts } from '../../../machines/contract.ts';
import { disputedClaim, notForCars, notForSlots, reportedTwice } from '../../../machines/policy/disputes.ts';
import { detailTexts } from '../../../src/console/web/parts/detail-texts.ts';
import { detailWords, placeWords } from '../../../src/console/web/parts/detail-words.ts';
import { listed } from './listed.ts';

const pack = 'PLNPE50VC4SD0SE1R0000007';
const other = 'PLNPE50VC4SD0SE1P0000008';
const car: LedgerPlace = { kind: 'vehicle', key: 'vehicle/LPTBE25A8SA100002', station: null };
const slot: LedgerPlace = { kind: 'slot', key: 'bj-001/slot/8', station: 'bj-001' };
const far: LedgerPlace = { kind: 'slot', key: 'bj-002/slot/9', station: 'bj-002' };
const facts = (place: LedgerPlace, status: PackFacts['status'] = 'retired') =>
  ({ code: pack, status, place, custodyVersion: 3 }) as PackFacts;
const said = (effects: readonly unknown[]) => (effects[0] as { detail: string }).detail;

/** As the service records them; what it can be asked for is asked. */
const details = [
  `noWayOut: lockPack (stuckLock). ${pack} at bj-001/bay/1/lift, ${other} at bj-001/slot/8`,
  `overdue: stowPack (unclear). ${pack} at bj-001/bay/1/berth/2`,
  'noWayOut: shuttle (noWayOut)',
  `${pack} was not at bj-001/slot/8: bj-001/bay/1/berth/1 reads ${other}`,
  `${pack} was not at bj-001/slot/8: bj-001/bay/1/berth/1 reads empty`,
  `hello: slot/8 reads empty instead of ${pack}`,
  `hello: ${pack} is at slot/8, the ledger had it at bj-001/bay/1/lift`,
  'hello: packLock of bay 1 is unlocked, after the last result it was locked',
  said([disputedClaim(facts(slot), car, '1')]),
  said(notForCars(facts(slot), car, '1')),
  said(reportedTwice(facts(far), slot.key, '1')),
  said(notForSlots(facts(car), slot, '1')),
  'a pack is at bay/1/lift and its code cannot be read',
  `a pack is at slot/8 and its code cannot be read; it should be ${pack}`,
  'limit of 12000 W not taken: failed',
  'smoke at the slots',
  'smoke in bay 1',
  '9 of 60 slots hold packs that cannot be dispatched',
  `staff saw nothing in slot 8 at 2026-11-23T20:26:22.528Z; the ledger has ${pack} there`,
  'the station says its clock runs at 10',
  'the station no longer has records 3 to 17',
  "the station's journal ends at 17, 20 records are committed: adopt a new journal",
  'journal 0195f2f2-0000-7000-8000-000000000000 speaks for the station: staff must adopt it',
  `packRead names ${pack}, the code of a product of a second life: it has no business at a station`,
  'unreadable pack at bay/1/berth/1 (reconciliation)',
  'smoke (system)',
  'panel (panel)',
];

describe.each(['en', 'zh'] as const)('what is special about an alarm, in %s', (language) => {
  const texts = listed(detailTexts[language]);
  const say = ((key: string, values: Readonly<Record<string, string | number>> = {}) =>
    (texts.get(key) ?? `?${key}?`).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
      String(values[name] ?? '?'),
    )) as never;
  const word = (plain: string) => `〈${plain}〉`;
  const told = { say, step: word, reason: word, result: word, status: word, station: 'bj-001' };

  test.each(details)('%s', (detail) => {
    const words = detailWords(detail, told);
    expect(words).not.toBe(detail);
    expect(words).not.toContain('?');
    // Nothing of how machines call a place, and no English in Chinese but codes and what is put into words elsewhere.
    expect(words).not.toMatch(/\b(?:slot|bay|berth|lift|vehicle)\//);
    if (language === 'zh')
      expect(words.replaceAll(/〈\w+〉|[A-Z0-9-]{6,}|bj-\d+|[0-9a-f-]{36}/g, '')).not.toMatch(/[a-z]{2,}/);
  });

  test('what a person wrote stays as it is, without the number of the person', () => {
    expect(detailWords('oil on the floor (user:u939ca235fff7)', told)).toBe('oil on the floor');
  });

  test('a place of another station is named with it', () => {
    expect(placeWords('bj-001/slot/8', told)).not.toContain('bj-001');
    expect(placeWords('bj-002/slot/8', told)).toContain('bj-002');
    expect(placeWords('workshop/fengtai', told)).toBe('workshop/fengtai');
  });
});
