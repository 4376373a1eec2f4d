import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alarm } from '../../schema/wire/api/log.ts';
import type { Bay, Station } from '../../schema/wire/api/station.ts';
import { rowsOf, type StationRow } from '../../src/console/web/pages/network/station-row.ts';
import {
  longWaitMs,
  needsSomebody,
  orders,
  troubleOf,
  troubles,
  worstFirst,
} from '../../src/console/web/pages/network/worst-first.ts';

interface Told {
  online?: boolean;
  ready?: number;
  alarms?: readonly [number, number, number, number];
  unacknowledged?: number;
  incidents?: number;
  bays?: readonly Bay['state'][];
  waitMs?: number | null;
  open?: boolean;
  inMaintenance?: boolean;
}

function rowOf(id: string, told: Told = {}): StationRow {
  return {
    station: {
      id,
      name: id,
      online: told.online ?? true,
      packs: 13,
      readyPacks: told.ready ?? 5,
      openSwaps: 0,
    } as Station,
    bays: (told.bays ?? ['idle']).map((state, at) => ({ station: id, bay: String(at + 1), state }) as Bay),
    alarms: told.alarms ?? [0, 0, 0, 0],
    unacknowledged: told.unacknowledged ?? 0,
    incidents: told.incidents ?? 0,
    now: {
      openNow: told.open ?? true,
      inMaintenance: told.inMaintenance ?? false,
      expectedWaitMs: told.waitMs === undefined ? 0 : told.waitMs,
      powerW: null,
    },
  };
}

/** One of each kind, the worst first. */
const examples: Readonly<Record<(typeof troubles)[number], Told>> = {
  danger: { alarms: [0, 0, 1, 0] },
  stopped: { bays: ['idle', 'emergencyStopped'] },
  silent: { online: false, ready: 0, waitMs: null },
  needsPerson: { bays: ['faulted'] },
  empty: { ready: 0 },
  queue: { waitMs: longWaitMs + 1 },
  warned: { alarms: [1, 0, 0, 0] },
  away: { open: false, ready: 0, waitMs: null },
  none: {},
};

describe('the worst first', () => {
  test.each(troubles)('a station is %s by what it tells', (trouble) => {
    expect(troubleOf(rowOf('bj-001', examples[trouble]))).toBe(trouble);
  });

  test('each kind comes before the next, whatever the ids', () => {
    const rows = troubles.map((trouble, at) => rowOf(`bj-${100 - at}`, examples[trouble]));
    expect(rows.toReversed().toSorted(worstFirst).map(troubleOf)).toEqual(troubles);
  });

  test('a station is the worst that holds of it: a dead one with a thermal alarm is a danger, and stays silent for the filter', () => {
    const row = rowOf('bj-001', { online: false, alarms: [0, 0, 0, 1], incidents: 2 });
    expect(troubleOf(row)).toBe('danger');
    expect(row.station.online).toBe(false);
  });

  test('among equals: level, unacknowledged, wait, packs, id', () => {
    const rows = [
      rowOf('g'),
      rowOf('f', { ready: 3 }),
      rowOf('e', { waitMs: 60_000 }),
      rowOf('d', { alarms: [1, 0, 0, 0] }),
      rowOf('c', { alarms: [1, 0, 0, 0], unacknowledged: 1 }),
      rowOf('b', { alarms: [0, 1, 0, 0] }),
      rowOf('a'),
    ];
    expect(rows.toSorted(worstFirst).map(({ station }) => station.id)).toEqual(['b', 'c', 'd', 'e', 'f', 'a', 'g']);
  });

  test('what was never asked is no trouble: a station whose wait is not known yet is in order', () => {
    expect(troubleOf({ ...rowOf('bj-001'), now: null })).toBe('none');
  });

  const row = fc
    .record({
      id: fc.stringMatching(/^[a-z]{1,4}$/),
      online: fc.boolean(),
      ready: fc.integer({ min: 0, max: 3 }),
      alarms: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1)),
      incidents: fc.nat(1),
      waitMs: fc.option(fc.nat(2 * longWaitMs)),
      open: fc.boolean(),
    })
    .map(({ id, ...told }) => rowOf(id, told));

  test('every order is total: the same rows come out the same, however they came in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ station }) => station.id }), (rows) => {
        for (const compare of Object.values(orders)) {
          expect(rows.toReversed().toSorted(compare)).toEqual(rows.toSorted(compare));
        }
      }),
    );
  });

  test('who needs somebody comes before who does not', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const needs = rows.toSorted(worstFirst).map((each) => needsSomebody(troubleOf(each)));
        expect(needs.indexOf(true) === -1 || needs.lastIndexOf(true) < (needs.indexOf(false) + 1 || Infinity)).toBe(
          true,
        );
      }),
    );
  });
});

test('cleared alarms and closed incidents count no more', () => {
  const alarm = (key: string, level: number, clearedAt: string | null, acknowledgedAt: string | null = null) =>
    ({ id: `bj-001/${key}`, station: 'bj-001', level, clearedAt, acknowledgedAt }) as Alarm;
  const [row] = rowsOf({
    stations: [{ id: 'bj-001' } as Station],
    bays: [],
    alarms: [
      alarm('a', 2, null),
      alarm('b', 2, null, '2026-05-01T00:00:00Z'),
      alarm('c', 4, '2026-05-01T00:00:00Z'),
      { ...alarm('d', 3, null), station: 'bj-002' },
    ],
    incidents: [],
    waits: new Map(),
  });
  expect(row).toMatchObject({ alarms: [0, 2, 0, 0], unacknowledged: 1, incidents: 0, now: null });
});
