import type { Effect, PackCounters, PackFacts, SwapFacts } from '../../../machines/contract.ts';
import type { EventRow, MoveRow, Patch } from '../commit/rows.ts';
import { commandOf, type Draft, setDelivery, setTimer } from './draft.ts';
import { timerKey } from './image.ts';

/** Folds the effects of one step into the draft and returns what the log says about them. The one exhaustive switch over effects. */
export function foldEffects(draft: Draft, effects: readonly Effect[], event: EventRow, epoch: number): string[] {
  const said: string[] = [];
  for (const effect of effects) {
    const line = foldEffect(draft, effect, event, epoch);
    if (line !== null) said.push(line);
  }
  return said;
}

function foldEffect(draft: Draft, effect: Effect, event: EventRow, epoch: number): string | null {
  const { station } = draft.base;
  switch (effect.kind) {
    case 'command':
      openCommand(draft, effect, event, epoch);
      return `command ${effect.type} ${effect.id}`;
    case 'supersede':
      setDelivery(draft, effect.id, { cancelled_at: event.occurred_at });
      withdraw(draft, effect.id);
      return `withdraw ${effect.id}`;
    case 'armTimer':
      setTimer(draft, {
        bay: effect.bay,
        machine: effect.machine,
        instance: effect.instance,
        sendId: effect.sendId,
        token: effect.token,
        dueAt: effect.dueAt,
      });
      return null;
    case 'cancelTimer':
      draft.timers.set(timerKey(effect), null);
      return null;
    case 'moveBattery':
      movePack(draft, effect, event);
      return `move ${effect.code} ${effect.from?.key ?? 'nowhere'} to ${effect.to.key}`;
    case 'updateBattery':
      patchPack(draft, effect.code, effect.patch);
      return null;
    case 'updateSlot':
      draft.slots.add(effect.slot);
      return null;
    case 'updateVehicle':
      draft.vehicles.set(effect.vin, {
        firmware: effect.firmware,
        odometer_km: effect.odometerKm,
        seen_at: event.occurred_at,
        fitted: (draft.vehicles.get(effect.vin)?.fitted ?? 0) + (effect.fitted ? 1 : 0),
      });
      return null;
    case 'openSwap':
      draft.newSwaps.set(effect.swap.id, effect.swap);
      return `open ${effect.swap.id}`;
    case 'updateSwap':
      patchSwap(draft, effect.id, effect.patch);
      return swapSaid(effect);
    case 'recordStep': {
      const { step: facts } = effect;
      draft.steps.set(`${facts.swap} ${facts.ordinal}`, {
        station,
        swap: facts.swap,
        ordinal: facts.ordinal,
        step: facts.step,
        track: facts.track,
        attempt: facts.attempt,
        command_id: facts.commandId,
        budget_ms: Math.round(facts.budgetMs),
        actual_ms: facts.actualMs === null ? null : Math.round(facts.actualMs),
        result: facts.result,
        reason: facts.reason,
        started_at: facts.startedAt,
        ended_at: facts.endedAt,
      });
      return null;
    }
    case 'raiseAlarm':
      draft.alarmsCleared.delete(effect.key);
      draft.alarms.set(effect.key, {
        station,
        key: effect.key,
        level: effect.level,
        code: effect.code,
        bay: effect.bay,
        place: effect.place,
        pack: effect.pack,
        detail: effect.detail,
        raised_at: event.occurred_at,
        raised_n: event.n,
        cleared_at: null,
      });
      return `alarm ${effect.code} ${effect.key}`;
    case 'clearAlarm': {
      const raised = draft.alarms.get(effect.key);
      if (raised) raised.cleared_at = event.occurred_at;
      else draft.alarmsCleared.set(effect.key, event.occurred_at);
      return `alarm over ${effect.key}`;
    }
    case 'openIncident':
      draft.incidentsClosed.delete(effect.key);
      draft.incidents.set(effect.key, {
        station,
        key: effect.key,
        code: effect.code,
        bay: effect.bay,
        swap: effect.swap,
        packs: effect.packs,
        detail: effect.detail,
        opened_at: event.occurred_at,
        opened_n: event.n,
        closed_at: null,
        closed_detail: null,
      });
      return `incident ${effect.code} ${effect.key}`;
    case 'closeIncident': {
      const opened = draft.incidents.get(effect.key);
      if (opened) Object.assign(opened, { closed_at: event.occurred_at, closed_detail: effect.detail });
      else draft.incidentsClosed.set(effect.key, { at: event.occurred_at, detail: effect.detail });
      return `incident over ${effect.key}`;
    }
    case 'recordCharge':
      draft.charges.push({
        station,
        event_n: event.n,
        position: draft.charges.length,
        slot: effect.slot,
        pack: effect.pack,
        phase: effect.phase,
        register_wh: effect.registerWh,
        reading: effect.reading,
        occurred_at: event.occurred_at,
      });
      return null;
    case 'notify':
      draft.notices.push(effect);
      return `notify ${effect.code}`;
  }
}

/** Bills are rebuilt from the log, so it says what they are made of. */
function swapSaid({ id, patch }: Extract<Effect, { kind: 'updateSwap' }>): string | null {
  if (patch.state) return `swap ${id} ${patch.state}`;
  if (patch.releasedAt) return `swap ${id} released`;
  if (patch.packIn)
    return `swap ${id} gave ${patch.packIn} ${patch.packInSohPct ?? '-'} ${patch.packInSohSource ?? '-'}`;
  return patch.leftAt ? `swap ${id} left` : null;
}

function openCommand(draft: Draft, effect: Extract<Effect, { kind: 'command' }>, event: EventRow, epoch: number): void {
  const { id, hash, bay, machine, instance, swap, type, params, validity } = effect;
  const message = JSON.stringify({ kind: 'command', id, hash, bay, type, params, validity });
  draft.commands.set(id, {
    id,
    station: draft.base.station,
    bay,
    machine,
    instance,
    swap,
    type,
    hash,
    message,
    decided_epoch: epoch,
    valid_boot: validity.boot,
    valid_until_beat: validity.untilBeat,
    state: 'queued',
    event_n: event.n,
    sent_at: null,
    accepted_at: null,
    cancelled_at: null,
    settled_at: null,
    result: null,
  });
  draft.opened.set(id, { id, bay, hash, message, state: 'queued', cancelled: false, tooLate: false });
}

/** A command withdrawn in the batch that decided it has never left; it is sent all the same as a cancel, which costs nothing. */
function withdraw(draft: Draft, id: string): void {
  const known = commandOf(draft, id);
  if (known) draft.opened.set(id, { ...known, cancelled: true });
}

function movePack(draft: Draft, effect: Extract<Effect, { kind: 'moveBattery' }>, event: EventRow): void {
  const { code, to } = effect;
  const earlier = draft.custody.get(code);
  const expected = earlier?.expected ?? draft.base.state.packs[code]?.custodyVersion ?? 0;
  const version = (earlier?.version ?? expected) + 1;
  if (expected === 0) draft.newPacks.add(code);
  draft.custody.set(code, {
    station: draft.base.station,
    pack: code,
    expected,
    version,
    kind: to.kind,
    place: to.key,
    place_station: to.station,
    since: event.occurred_at,
  });
  const move: MoveRow = {
    station: draft.base.station,
    pack: code,
    version,
    from_kind: effect.from?.kind ?? null,
    from_place: effect.from?.key ?? null,
    to_kind: to.kind,
    to_place: to.key,
    event_n: event.n,
    bay: effect.bay,
    swap: effect.swap,
    cause: effect.cause,
    reading: effect.reading,
    occurred_at: event.occurred_at,
  };
  draft.moves.push(move);
}

const batteryColumns: Record<string, string> = {
  model: 'model',
  firmware: 'firmware',
  socPct: 'soc_pct',
  sohPct: 'soh_pct',
  energyWh: 'energy_wh',
  ready: 'ready',
  alarmLevel: 'alarm_level',
  status: 'status',
  reservedBy: 'reserved_by',
};

const counterColumns: Record<keyof PackCounters, string> = {
  chargeWh: 'charge_wh',
  chargeAh: 'charge_ah',
  chargeFromWh: 'charge_from_wh',
  minCellC: 'min_cell_c',
  maxCellC: 'max_cell_c',
  negativeEvents: 'negative_events',
  swapCount: 'swap_count',
};

/** Of the counters only those that differ from the row, or were written before in this batch. */
function patchCounters(draft: Draft, code: string, counters: PackCounters, columns: Patch): void {
  const before = draft.base.state.packs[code]?.counters;
  for (const name of Object.keys(counterColumns) as (keyof PackCounters)[]) {
    const column = counterColumns[name];
    if (column in columns || counters[name] !== before?.[name]) columns[column] = counters[name];
  }
}

function patchPack(draft: Draft, code: string, patch: Partial<PackFacts>): void {
  const columns = draft.batteries.get(code) ?? {};
  if (patch.counters) patchCounters(draft, code, patch.counters, columns);
  for (const [field, value] of Object.entries(patch)) {
    const column = batteryColumns[field];
    if (column) columns[column] = value;
  }
  draft.batteries.set(code, columns);
}

function patchSwap(draft: Draft, id: string, patch: Partial<SwapFacts>): void {
  const fresh = draft.newSwaps.get(id);
  if (fresh) draft.newSwaps.set(id, { ...fresh, ...patch });
  else draft.swaps.set(id, { ...draft.swaps.get(id), ...patch });
}
