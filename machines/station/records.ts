import type { EventBody, EventType } from '../../schema/wire/events.ts';
import { unreadable } from '../../schema/wire/ids.ts';
import { parseStationPlace, vehiclePlace } from '../../schema/wire/places.ts';
import type { StationRecord } from '../../schema/wire/uplink.ts';
import type { PackFacts, StationState } from '../contract.ts';
import { countEnd, countStart, isFitting } from '../policy/counters.ts';
import { readingPatch, sight } from '../policy/custody.ts';
import { claimIsDisputed, disputedClaim, notForCars } from '../policy/disputes.ts';
import { ledgerPlace, packAt, vehicleLedgerPlace } from '../policy/places.ts';
import { takeAlarm, takeSmoke } from './alarms.ts';
import { ownerOf } from './commands.ts';
import type { Draft } from './draft.ts';
import { bayContextOf, cycleContextOf } from './live.ts';
import { clearUnread, clearUnreadOf, takeUnreadable, unreadInBay } from './unread.ts';

type Handlers = { [T in EventType]: (draft: Draft, body: EventBody<T>) => void };

/** Takes one record of a station's journal. */
export function takeRecord(draft: Draft, record: StationRecord): void {
  (handlers[record.type] as (draft: Draft, body: unknown) => void)(draft, record.body);
}

const handlers: Handlers = {
  booted: (draft) => takeBoot(draft),
  vehicleEntered: (draft, { bay }) => void draft.offer(bay, 'bay', { type: 'vehicleEntered' }),
  vehicleInPosition: takeInPosition,
  vehicleChanged: takeVehicleChange,
  vehicleLeft: takeVehicleLeft,
  // The intent concerns outbox and log only: no machine decides on it.
  commandAccepted: () => {},
  commandResult: takeResult,
  cancelTooLate: () => {},
  packRead: takePackRead,
  chargeStarted: (draft, body) => takeCharge(draft, body, 'started'),
  chargeEnded: (draft, body) => takeCharge(draft, body, 'ended'),
  packReady: (draft, body) => takeCharge(draft, body, 'ready'),
  alarm: takeAlarm,
  smoke: takeSmoke,
  safety: takeSafety,
  panel: takePanel,
  journalLost: (draft, { from, to }) => holdAll(draft, `journalLost ${from} to ${to}`),
};

/** After a boot nothing is sent until the station has said hello. */
function takeBoot(draft: Draft): void {
  draft.change({ reconciled: false });
  for (const bay in draft.state.bays) draft.offer(bay, 'bay', { type: 'link.lost' });
}

export function holdAll(draft: Draft, reason: string): void {
  for (const bay in draft.state.bays) draft.offer(bay, 'bay', { type: 'hold', reason, by: 'system' });
}

export const standingVin = (state: StationState, bay: string): string | null => {
  const own = state.bays[bay];
  return own ? (bayContextOf(own).vehicle?.identity.vin ?? null) : null;
};

function takeInPosition(draft: Draft, { bay, vehicle }: EventBody<'vehicleInPosition'>): void {
  const { vin, pack, odometerKm, firmware, socPct } = vehicle;
  const place = vehicleLedgerPlace(vin);
  const claimed = pack === null ? undefined : draft.state.packs[pack];
  const disputed = claimIsDisputed(claimed, place);
  if (disputed) draft.apply(disputedClaim(claimed, place, bay));
  else if (pack !== null) {
    // The car's own word about its pack stands above the ledger.
    const reading = socPct === null ? null : { socPct };
    draft.applyAll(
      sight(draft.state, { place, code: pack, reading, cause: 'vehicle', bay, swap: null, vin, command: null }),
    );
  }
  const known = (disputed ? null : pack) ?? draft.state.vehicles[vin]?.pack ?? null;
  const believed = claimed ?? draft.state.packs[known ?? ''];
  if (believed && !disputed) draft.applyAll(notForCars(believed, place, bay));
  draft.apply({ kind: 'updateVehicle', vin, pack: known, odometerKm, firmware });
  draft.offer(bay, 'bay', { type: 'vehicleInPosition', vehicle });
}

function takeVehicleChange(draft: Draft, { bay, vehicle }: EventBody<'vehicleChanged'>): void {
  draft.offer(bay, 'bay', { type: 'vehicleChanged', vehicle });
  draft.feed(bay, 'cycle', { type: 'vehicleChanged', vehicle });
}

function takeVehicleLeft(draft: Draft, { bay }: EventBody<'vehicleLeft'>): void {
  clearUnread(draft, vehiclePlace(bay));
  const own = draft.state.bays[bay];
  // A cycle may still be stowing the pack of a car that left in good order.
  if (own && cycleContextOf(own)?.robot.phase !== 'done') draft.feed(bay, 'cycle', { type: 'vehicleLeft' });
  draft.offer(bay, 'bay', { type: 'vehicleLeft' });
}

function takeResult(draft: Draft, body: EventBody<'commandResult'>): void {
  const { id, outcome, sensors, reason, detail, durationMs } = body;
  const owner = ownerOf(draft.state, id);
  if (!owner) {
    draft.ignore('bay', 'main', `commandResult ${id} ${outcome}`, 'nobody waits for it');
    return;
  }
  const { bay, machine, track } = owner;
  if (track === 'limit') draft.offer(bay, machine, { type: 'limitResult', id, outcome });
  else draft.offer(bay, machine, { type: `${track}.${outcome}`, sensors, reason, detail, durationMs });
}

function takePackRead(draft: Draft, body: EventBody<'packRead'>): void {
  const { state } = draft;
  const owner = body.commandId === null ? null : ownerOf(state, body.commandId);
  const where = parseStationPlace(body.place);
  const bay = where && 'bay' in where ? where.bay : (owner?.bay ?? null);
  const vin = bay === null ? null : standingVin(state, bay);
  const place = ledgerPlace(state.station, body.place, vin);
  // A frame without a car cannot hold a pack; a code read there has no place to go.
  if (!place) {
    draft.ignore('bay', 'main', `packRead ${body.place}`, 'no vehicle');
    return;
  }
  const { reading } = body;
  const command = owner?.command ?? null;
  const swap = owner?.swap ?? null;
  const sighting = { place, code: body.code, reading, cause: 'packRead', bay, swap, vin: vin ?? '', command };
  let { code } = body;
  if (code === unreadable) {
    takeUnreadable(draft, body.place, sighting);
    code = packAt(draft.state, place.key)?.code ?? null;
    if (code === null) return;
  } else {
    clearUnread(draft, body.place);
    if (code !== null) clearUnreadOf(draft, code);
    draft.applyAll(sight(draft.state, sighting));
  }
  const before = code === null ? undefined : state.packs[code];
  const fitted = before !== undefined && isFitting(before, place);
  if (place.kind === 'vehicle' && bay !== null) noteFrame(draft, bay, code, fitted);
  if (place.kind === 'lift' && bay !== null && draft.state.vehicles[vin ?? '']?.pack === code)
    noteFrame(draft, bay, null, false);
  if (place.kind === 'isolation' && code !== null) {
    draft.apply({ kind: 'updateBattery', code, patch: { status: 'quarantined', ready: false } });
    for (const each in state.bays) draft.feed(each, 'bay', { type: 'isolated', pack: code });
  }
}

/** Keeps the vehicle's own row in step with custody. */
function noteFrame(draft: Draft, bay: string, pack: string | null, fitted: boolean): void {
  const own = draft.state.bays[bay];
  const identity = own ? bayContextOf(own).vehicle?.identity : undefined;
  if (!identity) return;
  const { vin, odometerKm, firmware } = identity;
  draft.apply({ kind: 'updateVehicle', vin, pack, odometerKm, firmware, ...(fitted ? { fitted } : {}) });
}

type Charge = EventBody<'chargeStarted' | 'chargeEnded' | 'packReady'>;

function takeCharge(
  draft: Draft,
  { slot, pack, registerWh, reading }: Charge,
  phase: 'started' | 'ended' | 'ready',
): void {
  const facts = draft.state.packs[pack];
  const patch = facts ? (readingPatch(facts, reading, true) ?? {}) : {};
  if (phase !== 'ended') patch.ready = phase === 'ready';
  if (facts) Object.assign(patch, countCharge({ ...facts, ...patch }, phase, registerWh, reading));
  if (Object.keys(patch).length > 0) draft.apply({ kind: 'updateBattery', code: pack, patch });
  if (phase !== 'ready') draft.apply({ kind: 'updateSlot', slot, patch: { charging: phase === 'started' } });
  draft.apply({ kind: 'recordCharge', slot, pack, phase, registerWh, reading });
}

function countCharge(
  facts: PackFacts,
  phase: 'started' | 'ended' | 'ready',
  registerWh: number,
  reading: Charge['reading'],
) {
  if (phase === 'started') return countStart(facts, registerWh);
  return phase === 'ended' ? countEnd(facts, registerWh, reading?.throughputAh !== undefined) : undefined;
}

function takeSafety(draft: Draft, { bay, state, sensors }: EventBody<'safety'>): void {
  draft.feed(bay, 'bay', { type: 'sensors', sensors });
  draft.feed(bay, 'cycle', { type: 'sensors', sensors });
  draft.offer(bay, 'bay', { type: 'safety', state });
}

function takePanel(draft: Draft, { bay, button, person }: EventBody<'panel'>): void {
  const by = person ?? 'panel';
  switch (button) {
    case 'hold':
      draft.offer(bay, 'bay', { type: 'hold', reason: 'panel', by });
      return;
    case 'resume':
      if (unreadInBay(draft.state, bay) === null) draft.offer(bay, 'bay', { type: 'resume' });
      else draft.ignore('bay', 'main', 'resume', 'a pack of the bay cannot be read');
      return;
    case 'confirm':
      draft.offer(bay, 'bay', { type: 'panelConfirm' });
      // With a badge it is also a person's word on what stopped half-way.
      if (person === null) return;
      draft.feed(bay, 'bay', { type: 'confirm', by });
      draft.feed(bay, 'cycle', { type: 'confirm', by });
      return;
    default:
      // Reset and the e-stop button speak through the safety record that follows.
      return;
  }
}
