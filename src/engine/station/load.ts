import type {
  BayState,
  Instance,
  MachineKind,
  PackCounters,
  PackFacts,
  StationState,
  StationType,
} from '../../../machines/contract.ts';
import type { ModelFacts } from '../../../machines/policy/compatibility.ts';
import type { Pool } from '../../db/pool.ts';
import { type GateRow, gateColumns, gateJoin, leaseFactsOf } from '../../leases/gate.ts';
import { codesIn, isVin } from './codes.ts';
import { type Image, type OpenCommand, type Timer, timerKey } from './image.ts';

/** A bay that has never been stepped. */
export type NewBay = (bay: string) => BayState;

interface StationRow {
  id: string;
  partition: number;
  type: StationType;
  simulated: boolean;
  version: number;
  event_n: number;
  journal_id: string | null;
  seq: number;
  boot: number;
  pending_journal_id: string | null;
  anchor_utc_ms: number;
  anchor_at_ms: number;
  time_scale: number;
  reconciled: boolean;
  link_up: boolean;
  station_epoch: number;
}

interface MachineRow {
  station: string;
  bay: string;
  machine: MachineKind;
  instance: string;
  revision: number;
  definition: number;
  source_hash: string;
  snapshot: unknown;
}

export interface PackRow {
  pack: string;
  kind: PackFacts['place']['kind'];
  place: string;
  station: string | null;
  version: number;
  model: string | null;
  firmware: string | null;
  soc_pct: number | null;
  soh_pct: number | null;
  energy_wh: number | null;
  ready: boolean | null;
  alarm_level: number | null;
  status: PackFacts['status'] | null;
  retiring: boolean | null;
  /** From its charges. */
  estimated_soh_pct: number | null;
  reserved_by: string | null;
  /** Null: a model nobody has described. */
  model_facts: ModelFacts | null;
  counters: PackCounters | null;
}

/**
 * Reads stations as they are now. The marks come first: whatever changes while the rest is read raises a version, so a torn image can
 * never be committed.
 */
export async function loadImages(pool: Pool, stations: readonly string[], newBay: NewBay): Promise<Image[]> {
  const names = [...stations];
  const rows = await pool.run(
    (sql) => sql<StationRow[]>`
      select s.id, s.partition, s.type, s.simulated, m.version::float8, m.event_n::float8, m.journal_id, m.seq::float8, m.boot,
        m.pending_journal_id, m.anchor_utc_ms::float8, m.anchor_at_ms::float8, m.time_scale, m.reconciled, m.link_up,
        m.station_epoch::float8
      from stations s join station_marks m on m.station = s.id where s.id = any(${names})`,
  );
  const [machines, slots, packs, commands, timers] = await Promise.all([
    pool.run(
      (sql) => sql<MachineRow[]>`
        select station, bay, machine, instance, revision::float8, definition, source_hash, snapshot
        from machines where station = any(${names}) and ended_at is null`,
    ),
    pool.run(
      (sql) => sql<SlotRow[]>`
        select station, slot, reserved_by, locked, charging from slots where station = any(${names})`,
    ),
    pool.run((sql) => sql<PackRow[]>`${selectPacks(sql)} where c.station = any(${names})`),
    pool.run(
      (sql) => sql<CommandRow[]>`
        select id, station, bay, hash, message, state, cancelled_at is not null as cancelled
        from outbox where station = any(${names}) and settled_at is null order by event_n, id`,
    ),
    pool.run(
      (sql) => sql<(Timer & { station: string })[]>`
        select station, bay, machine, instance, send_id as "sendId", token, (extract(epoch from due_at) * 1000)::float8 as "dueAt"
        from timers where station = any(${names})`,
    ),
  ]);

  const images = rows.map((row) => {
    const mine = <T extends { station: string | null }>(list: readonly T[]): T[] => of(list, row.id);
    const state: StationState = {
      ...stateHead(row),
      bays: baysOf(row, mine(machines), newBay),
      slots: slotsOf(row.type.slots, mine(slots)),
      packs: Object.fromEntries(mine(packs).map((pack) => [pack.pack, packFacts(pack)])),
      vehicles: {},
    };
    return toImage(row, state, mine(commands), mine(timers));
  });
  // Cars in the bays and packs in them are named by the machines, not by any row of the station.
  await Promise.all(
    images.map(async (image) => {
      const named = codesIn(of(machines, image.station).map(({ snapshot }) => snapshot));
      if (named.size > 0) image.state = await withNamed(pool, image.state, named);
    }),
  );
  return images;
}

const of = <T extends { station: string | null }>(list: readonly T[], station: string): T[] =>
  list.filter((row) => row.station === station);

interface SlotRow {
  station: string;
  slot: number;
  reserved_by: string | null;
  locked: boolean;
  charging: boolean;
}

/** A slot nobody has written anything about is free, unlocked and not charging. */
function slotsOf(count: number, rows: readonly SlotRow[]): StationState['slots'] {
  const slots: StationState['slots'] = {};
  for (let slot = 1; slot <= count; slot++) slots[slot] = { slot, reservedBy: null, locked: false, charging: false };
  for (const { slot, reserved_by, locked, charging } of rows) {
    slots[slot] = { slot, reservedBy: reserved_by, locked, charging };
  }
  return slots;
}

interface CommandRow {
  id: string;
  station: string;
  bay: string;
  hash: string;
  message: string;
  state: OpenCommand['state'];
  cancelled: boolean;
}

const stateHead = (row: StationRow) => ({
  station: row.id,
  type: row.type,
  simulated: row.simulated,
  timeScale: row.time_scale,
  reconciled: row.reconciled,
  boot: row.boot,
  anchor: { utcMs: row.anchor_utc_ms, atMs: row.anchor_at_ms },
});

function baysOf(row: StationRow, machines: readonly MachineRow[], newBay: NewBay): Record<string, BayState> {
  const bays: Record<string, BayState> = {};
  for (const { bay } of row.type.bays) {
    const stored = machines.filter((machine) => machine.bay === bay).map(toInstance);
    const own = stored.find(({ machine }) => machine === 'bay');
    bays[bay] = own ? { bay: own, cycle: stored.find(({ machine }) => machine === 'cycle') ?? null } : newBay(bay);
  }
  return bays;
}

const toInstance = (row: MachineRow): Instance => ({
  machine: row.machine,
  instance: row.instance,
  revision: row.revision,
  stored: { kind: row.machine, definition: row.definition, sourceHash: row.source_hash, snapshot: row.snapshot },
});

function toImage(
  row: StationRow,
  state: StationState,
  commands: readonly CommandRow[],
  timers: readonly (Timer & { station: string })[],
): Image {
  return {
    station: row.id,
    partition: row.partition,
    version: row.version,
    eventN: row.event_n,
    seq: row.seq,
    contact: {
      journal_id: row.journal_id,
      boot: row.boot,
      pending_journal_id: row.pending_journal_id,
      anchor_utc_ms: row.anchor_utc_ms,
      anchor_at_ms: row.anchor_at_ms,
      time_scale: row.time_scale,
      reconciled: row.reconciled,
      link_up: row.link_up,
      station_epoch: row.station_epoch,
    },
    state,
    commands: new Map(
      commands.map(({ id, bay, hash, message, state: delivery, cancelled }) => [
        id,
        { id, bay, hash, message, state: delivery, cancelled, tooLate: false },
      ]),
    ),
    timers: new Map(
      timers.map(({ bay, machine, instance, sendId, token, dueAt }) => {
        const timer: Timer = { bay, machine, instance, sendId, token, dueAt };
        return [timerKey(timer), timer];
      }),
    ),
  };
}

/**
 * The state with these packs and vehicles as the ledger has them now, and the pack the ledger has in each of these vehicles. A pack nobody
 * knows comes with custody version 0.
 */
export async function withNamed(pool: Pool, state: StationState, codes: Iterable<string>): Promise<StationState> {
  const all = [...codes];
  const vins = all.filter(isVin);
  const wanted = all.filter((code) => !isVin(code));
  if (all.length === 0) return state;
  const places = vins.map((code) => `vehicle/${code}`);
  const [packRows, vehicleRows, promises] = await Promise.all([
    // One list of keys: an "or" over two columns has no index to go by, and read the whole ledger for each car.
    pool.run(
      (sql) => sql<PackRow[]>`${selectPacks(sql)} where c.pack = any(${wanted}::text[] || array(
        select v.pack from custody v where v.kind = 'vehicle' and v.place = any(${places})))`,
    ),
    vins.length === 0
      ? []
      : pool.run(
          (sql) => sql<VehicleRow[]>`
            select v.vin, v.models, v.firmwares, v.mechanical_interfaces, v.electrical_interfaces, v.firmware, ${sql.unsafe(gateColumns)}
            from vehicles v ${sql.unsafe(gateJoin)} where v.vin = any(${vins})`,
        ),
    vins.length === 0 ? [] : readPromises(pool, state, vins),
  ]);
  const packs = { ...state.packs };
  for (const code of wanted) packs[code] ??= unknownPack(code);
  for (const row of packRows) packs[row.pack] = packFacts(row);
  const vehicles = { ...state.vehicles };
  for (const code of vins) {
    const row = vehicleRows.find((vehicle) => vehicle.vin === code);
    const pack = packRows.find(({ place }) => place === `vehicle/${code}`)?.pack ?? null;
    const promise = promises.find(({ vin }) => vin === code)?.id ?? null;
    vehicles[code] = { vin: code, ...vehicleTraits(row), pack, promise };
  }
  return { ...state, packs, vehicles };
}

/** Reservations of these cars at the station whose window has come, with its tolerances, and for which nobody has come yet. */
const readPromises = (pool: Pool, { station, type }: StationState, vins: readonly string[]) =>
  pool.run(
    (sql) => sql<{ id: string; vin: string }[]>`
      select id, vin from reservations where vin = any(${[...vins]}) and station = ${station} and state = 'open' and arrived_at is null
        and from_at <= now() + make_interval(secs => ${earlyArrivalMs / 1000})
        and to_at >= now() - make_interval(secs => ${type.noShowMs / 1000}) order by from_at`,
  );

/** A car counts for its reservation from so long before the window. */
export const earlyArrivalMs = 600_000;

const selectPacks = (sql: Pool['sql']) => sql`
  select c.pack, c.kind, c.place, c.station, c.version::float8, b.model, b.firmware, b.soc_pct, b.soh_pct, b.energy_wh, b.ready,
    b.alarm_level, b.status, b.retiring, b.reserved_by, h.soh_pct as estimated_soh_pct,
    case when m.id is not null then jsonb_build_object(
      'mechanicalInterface', m.mechanical_interface, 'electricalInterface', m.electrical_interface, 'firmwareFrom', m.firmware_from,
      'firmwareTo', m.firmware_to, 'vehicleFirmwareFrom', m.vehicle_firmware_from, 'nominalV', m.nominal_v) end as model_facts,
    case when b.code is not null then jsonb_build_object(
      'chargeWh', b.charge_wh, 'chargeAh', b.charge_ah, 'chargeFromWh', b.charge_from_wh, 'minCellC', b.min_cell_c,
      'maxCellC', b.max_cell_c, 'negativeEvents', b.negative_events, 'swapCount', b.swap_count) end as counters
  from custody c left join batteries b on b.code = c.pack left join battery_models m on m.id = b.model
    left join battery_health h on h.pack = c.pack`;

interface VehicleRow extends GateRow {
  vin: string;
  models: string[];
  firmwares: string[];
  mechanical_interfaces: string[];
  electrical_interfaces: string[];
  firmware: string | null;
}

/** A car nobody has told of takes any pack. */
const vehicleTraits = (row: VehicleRow | undefined) => ({
  models: row?.models ?? [],
  firmwares: row?.firmwares ?? [],
  mechanicalInterfaces: row?.mechanical_interfaces ?? [],
  electricalInterfaces: row?.electrical_interfaces ?? [],
  firmware: row?.firmware ?? null,
  lease: row ? leaseFactsOf(row) : null,
});

const packFacts = (row: PackRow): PackFacts => ({
  code: row.pack,
  place: { kind: row.kind, key: row.place, station: row.station },
  custodyVersion: row.version,
  model: row.model ?? '',
  firmware: row.firmware ?? '',
  socPct: row.soc_pct,
  sohPct: row.soh_pct,
  energyWh: row.energy_wh,
  ready: row.ready ?? false,
  alarmLevel: row.alarm_level ?? 0,
  status: row.status ?? 'inService',
  reservedBy: row.reserved_by,
  ...(row.estimated_soh_pct === null ? {} : { estimatedSohPct: row.estimated_soh_pct }),
  ...(row.retiring ? { retiring: true } : {}),
  ...(row.model_facts ? { modelFacts: row.model_facts } : {}),
  ...(row.counters ? { counters: row.counters } : {}),
});

const unknownPack = (code: string): PackFacts => ({
  code,
  place: { kind: 'unknown', key: 'unknown', station: null },
  custodyVersion: 0,
  model: '',
  firmware: '',
  socPct: null,
  sohPct: null,
  energyWh: null,
  ready: false,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
});
