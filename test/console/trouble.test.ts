import { expect, test } from 'vitest';
import type { Alarm, Incident } from '../../schema/wire/api/log.ts';
import { troubleOf } from '../../src/console/web/pages/station-board/trouble.ts';

const at = (minute: number) => `2026-11-23T20:${String(minute).padStart(2, '0')}:00.000Z`;
const alarm = (code: string, level: number, minute: number, more: Partial<Alarm> = {}) =>
  ({
    id: `bj-001/${code}`,
    code,
    level,
    raisedAt: at(minute),
    clearedAt: null,
    detail: '',
    pack: null,
    ...more,
  }) as Alarm;
const incident = (code: string, minute: number, more: Partial<Incident> = {}) =>
  ({ id: `bj-001/${code}`, code, openedAt: at(minute), closedAt: null, detail: '', packs: [], ...more }) as Incident;

const codes = (alarms: readonly Alarm[], incidents: readonly Incident[] = []) =>
  troubleOf(alarms, incidents).map(({ code }) => code);

test('the board tells the worst first, then the newest', () => {
  expect(codes([alarm('chargerFault', 1, 5), alarm('smoke', 4, 1), alarm('chargeLimit', 1, 9)])).toEqual([
    'smoke',
    'chargeLimit',
    'chargerFault',
  ]);
});

test('what a bay says itself is not said twice, nor what is over', () => {
  expect(
    codes(
      [alarm('needsPerson', 2, 1), alarm('bayHeld', 1, 2), alarm('smoke', 4, 3, { clearedAt: at(4) })],
      [incident('needsPerson', 1), incident('packUnknown', 2)],
    ),
  ).toEqual(['packUnknown']);
});

test('an alarm and its incident are one line; two alarms of a kind are two', () => {
  const detail = 'a pack is at slot/8 and its code cannot be read';
  const bare = alarm('codeUnreadable', 2, 2, { id: 'the station’s own', place: 'slot/8' });
  expect(codes([alarm('codeUnreadable', 2, 1, { detail }), bare], [incident('codeUnreadable', 1, { detail })])).toEqual(
    ['codeUnreadable'],
  );
  expect(codes([alarm('chargerFault', 1, 1, { id: 'a' }), alarm('chargerFault', 1, 2, { id: 'b' })])).toHaveLength(2);
});
