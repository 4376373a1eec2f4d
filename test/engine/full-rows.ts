import type { StationRows } from '../../src/engine/commit/rows.ts';
import { custodyRow, rowsFor } from './station-rows.ts';

const mainOf = (station: string) => ({ station, bay: '1', machine: 'bay', instance: 'main' });

/** A first commit that has something for every table. */
export function rowsOfEveryTable(station: string): StationRows {
  const bay = mainOf(station);
  return rowsFor(station, 0, {
    contactChanged: true,
    machines: [{ ...bay, revision: 4, definition: 1, source_hash: 'h', snapshot: { value: 'idle' }, ended_at: null }],
    timers: [{ ...bay, send_id: 'a', token: 't', due_at: 1_800_000_000_500 }],
    commands: [
      {
        ...bay,
        id: `${station}/1/bay/main/1.4.0`,
        swap: null,
        type: 'fetchPack',
        hash: 'hhhhhhhh',
        message: '{"kind":"command"}',
        decided_epoch: 1,
        valid_boot: 1,
        valid_until_beat: 20,
        state: 'queued',
        event_n: 1,
        sent_at: null,
        accepted_at: null,
        cancelled_at: null,
        settled_at: null,
        result: null,
      },
    ],
    custody: [custodyRow(station, `${station}-A`, 0, 1)],
    newBatteries: [
      {
        station,
        code: `${station}-A`,
        model: 'M',
        firmware: '1',
        soc_pct: 20.5,
        soh_pct: null,
        energy_wh: null,
        ready: false,
        alarm_level: 0,
        status: 'inService',
        reserved_by: null,
        charge_wh: 0,
        charge_ah: 0,
        charge_from_wh: null,
        min_cell_c: null,
        max_cell_c: null,
        negative_events: 0,
        swap_count: 0,
      },
    ],
    slots: [{ station, slot: 3, reserved_by: 'x', locked: false, charging: true }],
    vehicles: [
      { station, vin: `V-${station}`, firmware: '2', odometer_km: 10.5, seen_at: 1_800_000_000_123, fitted: 1 },
    ],
    newSwaps: [
      {
        station,
        row: {
          id: `${station}.1.1`,
          station,
          bay: '1',
          vin: `V-${station}`,
          state: 'requested',
          odometer_km: 10.5,
          in_position_at: '2027-01-15T08:00:00.123Z',
        },
      },
    ],
    deadLetters: [{ station, journal_id: 'j-1', seq: 1, boot: 1, type: 'x', problem: 'p', payload: '{}', event_n: 1 }],
    hellos: [{ station, journal_id: 'j-1', boot: 1, as_of_seq: 1, body: { beat: 7 }, event_n: 1 }],
  });
}

/** The second: what the first wrote is changed, settled and ended. */
export function changeOfEveryTable(station: string): StationRows {
  const bay = mainOf(station);
  return rowsFor(station, 1, {
    machines: [
      {
        ...bay,
        revision: 5,
        definition: 1,
        source_hash: 'h',
        snapshot: { value: 'held' },
        ended_at: 1_800_000_001_000,
      },
    ],
    timersGone: [{ ...bay, send_id: null }],
    deliveries: [
      {
        id: `${station}/1/bay/main/1.4.0`,
        station,
        state: 'completed',
        sent_at: null,
        accepted_at: null,
        cancelled_at: null,
        settled_at: 1_800_000_001_000,
        result: { outcome: 'completed' },
      },
    ],
    batteries: [{ station, code: `${station}-A`, patch: { soc_pct: null, reserved_by: 'swap' } }],
    swaps: [{ station, id: `${station}.1.1`, patch: { state: 'completed', ended_at: '2027-01-15T08:01:00.000Z' } }],
  });
}
