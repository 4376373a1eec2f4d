import { packOf, stationOf, vinOf } from '../../size/data-set.ts';

/** A path that is measured, and what answers the same at the floor: one SELECT, whose rows are the answer. */
export interface ReadPath {
  name: string;
  path: string;
  select: string;
  values: string[];
}

const swapColumns = `id, station, bay, vin as vehicle, fleet, state, reason, odometer_km as "odometerKm", pack_out as "packOut",
  pack_in as "packIn", pack_out_soc_pct as "packOutSocPct", pack_in_soc_pct as "packInSocPct", pack_out_energy_wh as "packOutEnergyWh",
  pack_in_energy_wh as "packInEnergyWh", entered_at as "enteredAt", in_position_at as "inPositionAt", released_at as "releasedAt",
  left_at as "leftAt", ended_at as "endedAt", swap_time_ms as "swapTimeMs"`;

const batteryColumns = `b.code, b.model, b.firmware, b.owner, b.soc_pct as "socPct", b.soh_pct as "sohPct", b.energy_wh as "energyWh", b.ready,
  b.alarm_level as "alarmLevel", b.status, b.reserved_by as "reservedBy", b.charge_wh as "chargeThroughputWh",
  b.charge_ah as "chargeThroughputAh", b.charge_wh / m.nominal_wh as "fullCycles", b.min_cell_c as "minCellC", b.max_cell_c as "maxCellC",
  b.negative_events as "negativeEvents", b.swap_count as "swapCount", b.edition,
  json_build_object('kind', c.kind, 'place', c.place, 'station', c.station, 'since', c.since) as place`;
const fromBatteries = `from batteries b left join custody c on c.pack = b.code left join battery_models m on m.id = b.model`;

/** The paths that are read most: lists as a console shows them, and single objects. */
export const readPaths: readonly ReadPath[] = [
  {
    name: 'stations',
    path: '/api/v1/stations',
    select: `select s.id, s.name, s.city, s.address, json_build_object('lat', s.lat, 'lon', s.lon) as location, s.simulated,
      k.time_scale as "timeScale", k.link_up and k.reconciled as online, s.type -> 'bays' as bays, s.type -> 'slots' as slots,
      s.type -> 'stationPowerW' as "powerLimitW", p.packs, p.ready as "readyPacks", coalesce(o.open, 0) as "openSwaps",
      k.journal_id as "journalId", k.pending_journal_id as "pendingJournalId", k.event_n as "eventN", k.changed_at as "changedAt"
      from stations s left join station_marks k on k.station = s.id
      left join lateral (select count(*)::int as packs, count(*) filter (where c.kind = 'slot' and b.ready and b.status = 'inService'
        and b.alarm_level < 2 and b.reserved_by is null)::int as ready from custody c join batteries b on b.code = c.pack where c.station = s.id) p on true
      left join (select station, count(*)::int as open from swaps where state in ('requested', 'running', 'needs-person')
        and state <> 'completed' group by station) o on o.station = s.id
      where s.retired_at is null order by s.id limit 51`,
    values: [],
  },
  {
    name: 'swaps of a station',
    path: `/api/v1/swaps?station=${stationOf(12)}`,
    select: `select ${swapColumns} from swaps where station = $1 order by in_position_at desc, id desc limit 51`,
    values: [stationOf(12)],
  },
  {
    name: 'swap',
    path: `/api/v1/swaps/${stationOf(12)}.1.17`,
    select: `select ${swapColumns}, (select json_agg(json_build_object('ordinal', ordinal, 'step', step, 'track', track, 'attempt', attempt,
        'budgetMs', budget_ms, 'actualMs', actual_ms, 'result', result, 'reason', reason, 'commandId', command_id, 'startedAt', started_at,
        'endedAt', ended_at) order by ordinal) from swap_steps where swap = swaps.id) as steps
      from swaps where id = $1`,
    values: [`${stationOf(12)}.1.17`],
  },
  {
    name: 'batteries',
    path: '/api/v1/batteries',
    select: `select ${batteryColumns} ${fromBatteries} order by b.code limit 51`,
    values: [],
  },
  {
    name: 'battery',
    path: `/api/v1/batteries/${packOf(4711)}`,
    select: `select ${batteryColumns}, (select json_agg(json_build_object('version', version, 'from', json_build_object('kind', from_kind, 'place',
        from_place), 'to', json_build_object('kind', to_kind, 'place', to_place), 'station', station, 'eventN', event_n, 'bay', bay, 'swap', swap,
        'cause', cause, 'by', by, 'reason', reason, 'reading', reading, 'occurredAt', occurred_at, 'recordedAt', recorded_at) order by version desc)
        from custody_moves where pack = b.code) as custody
      ${fromBatteries} where b.code = $1`,
    values: [packOf(4711)],
  },
  {
    name: 'vehicles of a fleet',
    path: '/api/v1/vehicles?fleet=blue-taxi',
    select: `select vin, plate, fleet, models, firmwares, mechanical_interfaces as "mechanicalInterfaces", electrical_interfaces as
        "electricalInterfaces", firmware, odometer_km as "odometerKm", last_station as "lastStation", last_seen_at as "lastSeenAt", swap_count as
        "swapCount", edition, created_at as "createdAt", json_build_object('ok', true) as "vinCheck",
        (select pack from custody c where c.kind = 'vehicle' and c.place = 'vehicle/' || vin) as pack
      from vehicles where fleet = $1 order by vin limit 51`,
    values: ['blue-taxi'],
  },
  {
    name: 'reservations of a car',
    path: `/api/v1/reservations?vehicle=${vinOf(471)}`,
    select: `select id, vin as vehicle, fleet, station, from_at as "from", to_at as "to", min_soc_pct as "minSoc", state, null as promise, null as lost,
        null as bay, arrived_at as "arrivedAt", swap, closed_at as "closedAt", closed_reason as "closedReason", by, created_at as "createdAt", edition
      from reservations where vin = $1 order by from_at desc, id desc limit 51`,
    values: [vinOf(471)],
  },
];
