import { createBay } from './bay/create.ts';
import type {
  BayState,
  StationInput,
  StationState,
  StationStep,
  StationType,
  StepContext,
  StepStation,
} from './contract.ts';
import { takeAction } from './station/actions.ts';
import { createDraft, type Draft } from './station/draft.ts';
import { takeHello } from './station/hello.ts';
import type { Moment } from './station/image.ts';
import { describe, liveOf } from './station/live.ts';
import { holdAll, takeRecord } from './station/records.ts';

/** The only way into the core. Pure: the same arguments give the same answer. */
export const stepStation: StepStation = (state, input, context) => {
  const draft = createDraft(state, context, momentOf(input, context));
  // A new owner, or a lost link, may have changed what the modes must be before anything else happens.
  draft.settle();
  const action = take(draft, input);
  draft.settle();
  return draft.finish(action);
};

function momentOf(input: StationInput, { now }: StepContext): Moment {
  if (input.source === 'record') return { at: input.occurredAt, atMs: input.record.atMs };
  return input.source === 'hello' ? { at: input.occurredAt, atMs: null } : { at: now, atMs: null };
}

function take(draft: Draft, input: StationInput): StationStep['action'] {
  switch (input.source) {
    case 'record':
      if (input.record.boot > draft.state.boot) draft.change({ boot: input.record.boot });
      takeRecord(draft, input.record);
      return undefined;
    case 'hello':
      takeHello(draft, input);
      return undefined;
    case 'timer':
      takeTimer(draft, input);
      return undefined;
    case 'action':
      return takeAction(draft, input.request);
    case 'link':
      draft.change({ reconciled: false });
      for (const bay in draft.state.bays) draft.offer(bay, 'bay', { type: 'link.lost' });
      return undefined;
    case 'gap':
      holdAll(draft, `${input.reason} ${input.detail}`);
      return undefined;
    case 'facts':
      for (const machine of ['bay', 'cycle'] as const) draft.feed(input.bay, machine, { type: 'facts' });
      return undefined;
    case 'reservation':
      takeReservation(draft, input);
      return undefined;
  }
}

/** A timer counts only with the token it was armed with. One that its machine has never heard of is removed. */
function takeTimer(draft: Draft, timer: Extract<StationInput, { source: 'timer' }>): void {
  const { bay, machine, instance, sendId, token } = timer;
  const target = draft.state.bays[bay]?.[machine];
  const live = target && target.instance === instance ? liveOf(target) : null;
  const armed = live?.timers[sendId];
  if (armed === token || (live && draft.context.planted?.has('staleTimer'))) {
    draft.feed(bay, machine, { type: sendId }, sendId);
    return;
  }
  draft.ignore(machine, instance, sendId, live ? `stale token: ${describe(live.snapshot.value)}` : 'ended');
  if (armed === undefined) draft.apply({ kind: 'cancelTimer', bay, machine, instance, sendId });
}

function takeReservation(draft: Draft, input: Extract<StationInput, { source: 'reservation' }>): void {
  const { bay, reservation: id, vin, pack, arrivesAt, until, state } = input;
  if (state === 'cancelled') draft.offer(bay, 'bay', { type: 'reservationCancelled', id });
  else {
    const reservation = { id, vin, pack, arrivesAt, ...(until === undefined ? {} : { until }) };
    draft.offer(bay, 'bay', { type: 'reservationDue', reservation });
  }
}

/** How a bay without a stored machine begins. */
export const newBay = (bay: string): BayState => createBay(bay);

/** A station before its first hello. */
export function newStation(station: string, type: StationType, options: { simulated: boolean }): StationState {
  const slots: StationState['slots'] = {};
  for (let slot = 1; slot <= type.slots; slot += 1)
    slots[slot] = { slot, reservedBy: null, locked: false, charging: false };
  return {
    station,
    type,
    simulated: options.simulated,
    timeScale: 1,
    reconciled: false,
    boot: 0,
    anchor: { utcMs: 0, atMs: 0 },
    bays: Object.fromEntries(type.bays.map(({ bay }) => [bay, createBay(bay)])),
    slots,
    packs: {},
    vehicles: {},
  };
}
