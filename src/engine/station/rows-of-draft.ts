import type { SwapFacts } from '../../../machines/contract.ts';
import type { Patch, StationRows } from '../commit/rows.ts';
import type { Draft } from './draft.ts';
import type { Timer } from './image.ts';

/** The rows of a draft, each once, those that other stations may want too in the order of their keys. */
export function rowsOf(draft: Draft, wakeOwner = false): StationRows {
  const { station, version } = draft.base;
  return {
    mark: { station, expected: version, event_n: draft.eventN, seq: draft.seq },
    contact: draft.contact,
    contactChanged: draft.contactChanged,
    events: draft.events,
    machines: machineRows(draft),
    ...timerRows(draft),
    commands: [...draft.commands.values()],
    deliveries: [...draft.deliveries.values()],
    custody: sortedBy([...draft.custody.values()], ({ pack }) => pack),
    moves: draft.moves,
    ...batteryRows(draft),
    slots: [...draft.slots].flatMap((number) => slotRow(draft, number)),
    vehicles: sortedBy(
      [...draft.vehicles].map(([vin, facts]) => ({ station, vin, ...facts })),
      ({ vin }) => vin,
    ),
    newSwaps: [...draft.newSwaps.values()].map((swap) => ({ station, row: { station, ...swapColumns(swap) } })),
    swaps: [...draft.swaps].map(([id, patch]) => ({ station, id, patch: swapColumns(patch) })),
    steps: [...draft.steps.values()],
    charges: draft.charges,
    alarms: [...draft.alarms.values()],
    alarmsCleared: [...draft.alarmsCleared].map(([key, at]) => ({ station, key, cleared_at: at })),
    incidents: [...draft.incidents.values()],
    incidentsClosed: [...draft.incidentsClosed].map(([key, { at, detail }]) => ({
      station,
      key,
      closed_at: at,
      closed_detail: detail,
    })),
    deadLetters: draft.deadLetters,
    hellos: draft.hello ? [draft.hello] : [],
    answers: draft.answers,
    acts: draft.acts,
    wakeOwner,
  };
}

function machineRows(draft: Draft): StationRows['machines'] {
  const rows: StationRows['machines'] = [];
  for (const { bay, instance, ended } of draft.instances.values()) {
    rows.push({
      station: draft.base.station,
      bay,
      machine: instance.machine,
      instance: instance.instance,
      revision: instance.revision,
      definition: instance.stored.definition,
      source_hash: instance.stored.sourceHash,
      snapshot: instance.stored.snapshot,
      ended_at: ended ? draft.now : null,
    });
  }
  return rows;
}

function timerRows(draft: Draft): Pick<StationRows, 'timers' | 'timersReplaced' | 'timersGone'> {
  const { station, timers: stored } = draft.base;
  const rows: ReturnType<typeof timerRows> = { timers: [], timersReplaced: [], timersGone: [] };
  const going = rowsThatGo(draft);
  for (const [key, timer] of draft.timers) {
    if (timer === null) continue;
    const row = timerRow(station, timer);
    // A re-raised timer has a row already; another one takes the row of one that goes.
    const old = stored.has(key) ? undefined : going.get(instanceKey(timer))?.pop();
    if (old) rows.timersReplaced.push({ ...row, old_send_id: old.sendId });
    else rows.timers.push(row);
  }
  for (const list of going.values()) for (const timer of list) rows.timersGone.push(goneRow(station, timer));
  for (const { bay, machine, instance } of draft.endedInstances) {
    rows.timersGone.push({ station, bay, machine, instance, send_id: null });
  }
  return rows;
}

/** Stored timers that are gone now, by instance; those of ended instances go all at once. */
function rowsThatGo({ base, timers, endedInstances }: Draft): Map<string, Timer[]> {
  const ended = new Set(endedInstances.map(instanceKey));
  const going = new Map<string, Timer[]>();
  for (const [key, timer] of timers) {
    const before = timer === null ? base.timers.get(key) : undefined;
    if (!before || ended.has(instanceKey(before))) continue;
    const list = going.get(instanceKey(before));
    if (list) list.push(before);
    else going.set(instanceKey(before), [before]);
  }
  return going;
}

const instanceKey = ({ bay, machine, instance }: { bay: string; machine: string; instance: string }): string =>
  `${bay} ${machine} ${instance}`;

const timerRow = (station: string, { bay, machine, instance, sendId, token, dueAt }: Timer) => ({
  station,
  bay,
  machine,
  instance,
  send_id: sendId,
  token,
  due_at: dueAt,
});

const goneRow = (station: string, { bay, machine, instance, sendId }: Timer) => ({
  station,
  bay,
  machine,
  instance,
  send_id: sendId,
});

function batteryRows(draft: Draft): Pick<StationRows, 'batteries' | 'newBatteries'> {
  const { station } = draft.base;
  const batteries: StationRows['batteries'] = [];
  for (const [code, patch] of draft.batteries) if (!draft.newPacks.has(code)) batteries.push({ station, code, patch });
  const newBatteries: StationRows['newBatteries'] = [];
  for (const code of draft.newPacks) {
    const facts = draft.state.packs[code];
    if (!facts) throw new Error(`the core moved pack ${code} and does not know it`);
    newBatteries.push({
      station,
      code,
      model: facts.model,
      firmware: facts.firmware,
      soc_pct: facts.socPct,
      soh_pct: facts.sohPct,
      energy_wh: facts.energyWh,
      ready: facts.ready,
      alarm_level: facts.alarmLevel,
      status: facts.status,
      reserved_by: facts.reservedBy,
      charge_wh: facts.counters?.chargeWh ?? 0,
      charge_ah: facts.counters?.chargeAh ?? 0,
      charge_from_wh: facts.counters?.chargeFromWh ?? null,
      min_cell_c: facts.counters?.minCellC ?? null,
      max_cell_c: facts.counters?.maxCellC ?? null,
      negative_events: facts.counters?.negativeEvents ?? 0,
      swap_count: facts.counters?.swapCount ?? 0,
    });
  }
  return { batteries: sortedBy(batteries, ({ code }) => code), newBatteries };
}

function slotRow(draft: Draft, number: number): StationRows['slots'] {
  const slot = draft.state.slots[number];
  if (!slot) return [];
  const { reservedBy, locked, charging } = slot;
  return [{ station: draft.base.station, slot: number, reserved_by: reservedBy, locked, charging }];
}

const swapColumnOf: Record<keyof SwapFacts, string> = {
  id: 'id',
  bay: 'bay',
  vin: 'vin',
  state: 'state',
  reason: 'reason',
  odometerKm: 'odometer_km',
  packOut: 'pack_out',
  packIn: 'pack_in',
  packOutSocPct: 'pack_out_soc_pct',
  packInSocPct: 'pack_in_soc_pct',
  packOutEnergyWh: 'pack_out_energy_wh',
  packInEnergyWh: 'pack_in_energy_wh',
  packInSohPct: 'pack_in_soh_pct',
  packInSohSource: 'pack_in_soh_source',
  enteredAt: 'entered_at',
  inPositionAt: 'in_position_at',
  releasedAt: 'released_at',
  leftAt: 'left_at',
  endedAt: 'ended_at',
  swapTimeMs: 'swap_time_ms',
};

/** Instants become text: the statement reads these rows as records of the table. */
function swapColumns(facts: Partial<SwapFacts>): Patch {
  const columns: Patch = {};
  for (const [field, value] of Object.entries(facts)) {
    const column = swapColumnOf[field as keyof SwapFacts];
    if (!column) continue;
    if (column.endsWith('_at') && typeof value === 'number') columns[column] = new Date(value).toISOString();
    else if (column === 'swap_time_ms' && typeof value === 'number') columns[column] = Math.round(value);
    else columns[column] = value;
  }
  return columns;
}

const sortedBy = <T>(rows: T[], key: (row: T) => string): T[] =>
  rows.length < 2 ? rows : rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
