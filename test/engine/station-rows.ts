import type { CustodyRow, EventRow, StationRows } from '../../src/engine/commit/rows.ts';

/** Rows of a commit that changes nothing but the mark and adds one line to the log. */
export function rowsFor(station: string, expected: number, more: Partial<StationRows> = {}): StationRows {
  const n = expected + 1;
  return {
    mark: { station, expected, event_n: n, seq: n },
    contact: {
      journal_id: 'j-1',
      boot: 1,
      pending_journal_id: null,
      anchor_utc_ms: 1,
      anchor_at_ms: 2,
      time_scale: 1,
      reconciled: true,
      link_up: true,
      station_epoch: 3,
    },
    contactChanged: false,
    events: [eventRow(station, n)],
    machines: [],
    timers: [],
    timersReplaced: [],
    timersGone: [],
    commands: [],
    deliveries: [],
    custody: [],
    moves: [],
    batteries: [],
    newBatteries: [],
    slots: [],
    vehicles: [],
    newSwaps: [],
    swaps: [],
    steps: [],
    charges: [],
    alarms: [],
    alarmsCleared: [],
    incidents: [],
    incidentsClosed: [],
    deadLetters: [],
    hellos: [],
    answers: [],
    acts: [],
    wakeOwner: false,
    ...more,
  };
}

export const eventRow = (station: string, n: number, more: Partial<EventRow> = {}): EventRow => ({
  station,
  n,
  occurred_at: 1_800_000_000_123,
  source: 'record',
  type: 'booted',
  bay: null,
  swap: null,
  cause: null,
  body: { text: 'x' },
  decided: null,
  journal_id: 'j-1',
  seq: n,
  ...more,
});

export const custodyRow = (station: string, pack: string, expected: number, slot: number): CustodyRow => ({
  station,
  pack,
  expected,
  version: expected + 1,
  kind: 'slot',
  place: `${station}/slot/${slot}`,
  place_station: station,
  since: 1_800_000_000_123,
});
