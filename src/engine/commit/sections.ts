import { type Column, columnsOf } from './columns.ts';
import type { StationRows } from './rows.ts';

/** One table of the commit: the columns of its parameter, the first being the station's position in the batch, and what is written of it. */
export interface Section {
  list: Exclude<keyof StationRows, 'mark' | 'contact' | 'contactChanged' | 'wakeOwner' | 'custody'>;
  columns: readonly Column[];
  /** Field whose values travel once more as an array, for the index of the table that is updated. */
  key?: 'id' | 'code' | 'vin';
  write: (parts: Parts) => string;
}

export interface Parts {
  /** The recordset. */
  x: string;
  /** The condition that the row's station passed the gate. */
  passed: string;
  /** Arrays of the keys in `x` and of the stations in the batch. Without them the planner may walk the whole index of a table that was small once. */
  keys: string;
  stations: string;
}

/** UTC epoch ms to timestamptz; null stays null. */
const at = (column: string): string => `to_timestamp(x.${column} / 1000)`;

const insert =
  (table: string, columns: string, values: string, after = '') =>
  ({ x, passed }: Parts) =>
    `insert into ${table} (${columns}) select ${values} from ${x} where ${passed}${after}`;

/** Insert or overwrite by key. `set` lists the columns that are overwritten. */
const upsert = (table: string, columns: string, values: string, key: string, set: string) =>
  insert(
    table,
    columns,
    values,
    ` on conflict (${key}) do update set ${set
      .split(', ')
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}`,
  );

const patchedBattery =
  'model, firmware, soc_pct, soh_pct, energy_wh, ready, alarm_level, status, reserved_by, charge_wh, charge_ah, charge_from_wh, ' +
  'min_cell_c, max_cell_c, negative_events, swap_count';
const patchedSwap =
  'state, reason, odometer_km, pack_out, pack_in, pack_out_soc_pct, pack_in_soc_pct, pack_out_energy_wh, pack_in_energy_wh, ' +
  'pack_in_soh_pct, pack_in_soh_source, entered_at, in_position_at, released_at, left_at, ended_at, swap_time_ms';
const fields = (record: string, columns: string): string =>
  columns
    .split(', ')
    .map((column) => `${record}.${column}`)
    .join(', ');

/**
 * Everything a commit can write beside the mark. The order is the order of the parameters and part of the prepared text; it has no meaning
 * for the result, since all of them see the same snapshot and touch different rows.
 */
const written: readonly (Omit<Section, 'columns'> & { columns: string })[] = [
  {
    list: 'events',
    columns:
      'station text, n int8, occurred_at float8, source text, type text, bay text, swap text, cause text, body jsonb, decided jsonb, journal_id text, seq int8',
    write: insert(
      'events',
      'station, n, occurred_at, source, type, bay, swap, cause, body, decided, journal_id, seq',
      `x.station, x.n, ${at('occurred_at')}, x.source, x.type, x.bay, x.swap, x.cause, x.body, x.decided, x.journal_id, x.seq`,
    ),
  },
  {
    list: 'machines',
    columns:
      'station text, bay text, machine text, instance text, revision int8, definition int4, source_hash text, snapshot json, ended_at float8',
    write: upsert(
      'machines',
      'station, bay, machine, instance, revision, definition, source_hash, snapshot, ended_at',
      `x.station, x.bay, x.machine, x.instance, x.revision, x.definition, x.source_hash, x.snapshot, ${at('ended_at')}`,
      'station, bay, machine, instance',
      'revision, definition, source_hash, snapshot, ended_at',
    ),
  },
  {
    list: 'timers',
    columns: 'station text, bay text, machine text, instance text, send_id text, token text, due_at float8',
    write: upsert(
      'timers',
      'station, bay, machine, instance, send_id, token, due_at',
      `x.station, x.bay, x.machine, x.instance, x.send_id, x.token, ${at('due_at')}`,
      'station, bay, machine, instance, send_id',
      'token, due_at',
    ),
  },
  {
    list: 'timersReplaced',
    columns:
      'station text, bay text, machine text, instance text, send_id text, old_send_id text, token text, due_at float8',
    write: ({ x, passed, stations }) =>
      `update timers t set send_id = x.send_id, token = x.token, due_at = ${at('due_at')} from ${x} where ${passed} and t.station = any(${stations}) ` +
      'and t.station = x.station and t.bay = x.bay and t.machine = x.machine and t.instance = x.instance and t.send_id = x.old_send_id',
  },
  {
    list: 'timersGone',
    columns: 'station text, bay text, machine text, instance text, send_id text',
    write: ({ x, passed, stations }) =>
      `delete from timers t using ${x} where ${passed} and t.station = any(${stations}) and t.station = x.station and t.bay = x.bay and t.machine = x.machine ` +
      'and t.instance = x.instance and (x.send_id is null or t.send_id = x.send_id)',
  },
  {
    list: 'commands',
    columns:
      'id text, station text, bay text, machine text, instance text, swap text, type text, hash text, message text, decided_epoch int8, ' +
      'valid_boot int4, valid_until_beat int8, state text, event_n int8, sent_at float8, accepted_at float8, cancelled_at float8, settled_at float8, result jsonb',
    write: insert(
      'outbox',
      'id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n, ' +
        'sent_at, accepted_at, cancelled_at, settled_at, result',
      'x.id, x.station, x.bay, x.machine, x.instance, x.swap, x.type, x.hash, x.message, x.decided_epoch, x.valid_boot, ' +
        `x.valid_until_beat, x.state, x.event_n, ${at('sent_at')}, ${at('accepted_at')}, ${at('cancelled_at')}, ${at('settled_at')}, x.result`,
    ),
  },
  {
    list: 'deliveries',
    key: 'id',
    columns:
      'id text, station text, state text, sent_at float8, accepted_at float8, cancelled_at float8, settled_at float8, result jsonb',
    write: ({ x, passed, keys }) =>
      `update outbox o set state = coalesce(x.state, o.state), sent_at = coalesce(o.sent_at, ${at('sent_at')}), ` +
      `accepted_at = coalesce(o.accepted_at, ${at('accepted_at')}), cancelled_at = coalesce(o.cancelled_at, ${at('cancelled_at')}), ` +
      `settled_at = coalesce(o.settled_at, ${at('settled_at')}), result = coalesce(x.result, o.result) ` +
      `from ${x} where ${passed} and o.id = any(${keys}) and o.id = x.id`,
  },
  {
    list: 'moves',
    columns:
      'station text, pack text, version int8, from_kind text, from_place text, to_kind text, to_place text, event_n int8, bay text, swap text, ' +
      'cause text, reading jsonb, occurred_at float8',
    write: insert(
      'custody_moves',
      'station, pack, version, from_kind, from_place, to_kind, to_place, event_n, bay, swap, cause, reading, occurred_at',
      'x.station, x.pack, x.version, x.from_kind, x.from_place, x.to_kind, x.to_place, x.event_n, x.bay, x.swap, x.cause, x.reading, ' +
        at('occurred_at'),
    ),
  },
  {
    list: 'batteries',
    key: 'code',
    columns: 'code text, patch jsonb',
    write: ({ x, passed, keys }) =>
      `update batteries b set (${patchedBattery}) = (select ${fields('r', patchedBattery)} from jsonb_populate_record(b, x.patch) r) ` +
      `from ${x} where ${passed} and b.code = any(${keys}) and b.code = x.code`,
  },
  {
    list: 'newBatteries',
    columns:
      'code text, model text, firmware text, soc_pct float8, soh_pct float8, energy_wh float8, ready bool, alarm_level int2, status text, reserved_by text, ' +
      'charge_wh float8, charge_ah float8, charge_from_wh int8, min_cell_c float8, max_cell_c float8, negative_events int4, swap_count int4',
    write: insert('batteries', `code, ${patchedBattery}`, `x.code, ${fields('x', patchedBattery)}`),
  },
  {
    list: 'slots',
    columns: 'station text, slot int2, reserved_by text, locked bool, charging bool',
    write: upsert(
      'slots',
      'station, slot, reserved_by, locked, charging',
      'x.station, x.slot, x.reserved_by, x.locked, x.charging',
      'station, slot',
      'reserved_by, locked, charging',
    ),
  },
  {
    list: 'vehicles',
    key: 'vin',
    columns: 'station text, vin text, firmware text, odometer_km float8, seen_at float8, fitted int4',
    // The keys are for the lock; a parameter must be used, so they are named here too.
    write: ({ x, passed, keys }) =>
      'insert into vehicles as v (vin, firmware, odometer_km, last_station, last_seen_at, swap_count) ' +
      `select x.vin, x.firmware, x.odometer_km, x.station, ${at('seen_at')}, x.fitted from ${x} where ${passed} and x.vin = any(${keys}) ` +
      'on conflict (vin) do update set firmware = excluded.firmware, odometer_km = excluded.odometer_km, ' +
      'last_station = excluded.last_station, last_seen_at = excluded.last_seen_at, swap_count = v.swap_count + excluded.swap_count',
  },
  {
    list: 'newSwaps',
    columns: 'row jsonb',
    write: ({ x, passed }) =>
      `insert into swaps (id, station, bay, vin, fleet, ${patchedSwap}) ` +
      `select r.id, r.station, r.bay, r.vin, (select v.fleet from vehicles v where v.vin = r.vin), ${fields('r', patchedSwap)} ` +
      `from ${x}, jsonb_populate_record(null::swaps, x.row) r where ${passed}`,
  },
  {
    list: 'swaps',
    key: 'id',
    columns: 'id text, patch jsonb',
    write: ({ x, passed, keys }) =>
      `update swaps s set (${patchedSwap}) = (select ${fields('r', patchedSwap)} from jsonb_populate_record(s, x.patch) r) ` +
      `from ${x} where ${passed} and s.id = any(${keys}) and s.id = x.id`,
  },
  {
    list: 'steps',
    columns:
      'swap text, ordinal int4, step text, track text, attempt int4, command_id text, budget_ms int4, actual_ms int4, result text, reason text, ' +
      'started_at float8, ended_at float8',
    write: upsert(
      'swap_steps',
      'swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, reason, started_at, ended_at',
      'x.swap, x.ordinal, x.step, x.track, x.attempt, x.command_id, x.budget_ms, x.actual_ms, x.result, x.reason, ' +
        `${at('started_at')}, ${at('ended_at')}`,
      'swap, ordinal',
      'attempt, command_id, actual_ms, result, reason, ended_at',
    ),
  },
  {
    list: 'charges',
    columns:
      'station text, event_n int8, position int4, slot int2, pack text, phase text, register_wh int8, reading jsonb, occurred_at float8',
    write: insert(
      'charges',
      'station, event_n, position, slot, pack, phase, register_wh, reading, occurred_at',
      `x.station, x.event_n, x.position, x.slot, x.pack, x.phase, x.register_wh, x.reading, ${at('occurred_at')}`,
    ),
  },
  {
    list: 'alarms',
    columns:
      'station text, key text, level int2, code text, bay text, place text, pack text, detail text, raised_at float8, raised_n int8, cleared_at float8',
    // An alarm that is raised again while active (another level) keeps the time it was first raised.
    write: insert(
      'alarms as a',
      'station, key, level, code, bay, place, pack, detail, raised_at, raised_n, cleared_at',
      `x.station, x.key, x.level, x.code, x.bay, x.place, x.pack, x.detail, ${at('raised_at')}, x.raised_n, ${at('cleared_at')}`,
      ' on conflict (station, key) do update set level = excluded.level, code = excluded.code, bay = excluded.bay, place = excluded.place, ' +
        'pack = excluded.pack, detail = excluded.detail, cleared_at = excluded.cleared_at, ' +
        'raised_at = case when a.cleared_at is null then a.raised_at else excluded.raised_at end, ' +
        'raised_n = case when a.cleared_at is null then a.raised_n else excluded.raised_n end, ' +
        'times = a.times + (a.cleared_at is not null)::int',
    ),
  },
  {
    list: 'alarmsCleared',
    columns: 'station text, key text, cleared_at float8',
    write: ({ x, passed, stations }) =>
      `update alarms a set cleared_at = ${at('cleared_at')} from ${x} where ${passed} and a.station = any(${stations}) and a.station = x.station and a.key = x.key and a.cleared_at is null`,
  },
  {
    list: 'incidents',
    columns:
      'station text, key text, code text, bay text, swap text, packs jsonb, detail text, opened_at float8, opened_n int8, closed_at float8, closed_detail text',
    write: insert(
      'incidents as a',
      'station, key, code, bay, swap, packs, detail, opened_at, opened_n, closed_at, closed_detail',
      `x.station, x.key, x.code, x.bay, x.swap, x.packs, x.detail, ${at('opened_at')}, x.opened_n, ${at('closed_at')}, x.closed_detail`,
      ' on conflict (station, key) do update set code = excluded.code, bay = excluded.bay, swap = excluded.swap, packs = excluded.packs, ' +
        'detail = excluded.detail, closed_at = excluded.closed_at, closed_detail = excluded.closed_detail, ' +
        'opened_at = case when a.closed_at is null then a.opened_at else excluded.opened_at end, ' +
        'opened_n = case when a.closed_at is null then a.opened_n else excluded.opened_n end, ' +
        'times = a.times + (a.closed_at is not null)::int',
    ),
  },
  {
    list: 'incidentsClosed',
    columns: 'station text, key text, closed_at float8, closed_detail text',
    write: ({ x, passed, stations }) =>
      `update incidents a set closed_at = ${at('closed_at')}, closed_detail = x.closed_detail from ${x} ` +
      `where ${passed} and a.station = any(${stations}) and a.station = x.station and a.key = x.key and a.closed_at is null`,
  },
  {
    list: 'deadLetters',
    columns: 'station text, journal_id text, seq int8, boot int4, type text, problem text, payload text, event_n int8',
    write: insert(
      'dead_letters',
      'station, journal_id, seq, boot, type, problem, payload, event_n',
      'x.station, x.journal_id, x.seq, x.boot, x.type, x.problem, x.payload, x.event_n',
    ),
  },
  {
    list: 'hellos',
    columns: 'station text, journal_id text, boot int4, as_of_seq int8, body jsonb, event_n int8',
    write: insert(
      'station_hellos',
      'station, journal_id, boot, as_of_seq, body, event_n',
      'x.station, x.journal_id, x.boot, x.as_of_seq, x.body, x.event_n',
      ' on conflict (station) do update set journal_id = excluded.journal_id, boot = excluded.boot, as_of_seq = excluded.as_of_seq, ' +
        'body = excluded.body, event_n = excluded.event_n, applied_at = now()',
    ),
  },
  {
    list: 'answers',
    columns: 'station text, id text, caller text, operation text, fingerprint text, outcome jsonb',
    // Without ON CONFLICT: a request that another process has answered must not be done again.
    write: insert(
      'idempotency_keys',
      'id, caller, operation, fingerprint, outcome',
      'x.id, x.caller, x.operation, x.fingerprint, x.outcome',
    ),
  },
  {
    list: 'acts',
    columns:
      'station text, actor text, role text, party text, what text, detail text, kind text, object text, reason text, request text',
    write: insert(
      'acts',
      'actor, role, party, what, detail, kind, object, reason, request',
      'x.actor, x.role, x.party, x.what, x.detail, x.kind, x.object, x.reason, x.request',
    ),
  },
];

export const sections: readonly Section[] = written.map((section) => ({
  ...section,
  columns: columnsOf(`i int4, ${section.columns}`),
}));
