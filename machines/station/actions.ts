import { parseStationPlace } from '../../schema/wire/places.ts';
import {
  type ActionRequest,
  type BayAction,
  type BayState,
  bayActions,
  type LedgerPlace,
  type StationState,
  type StationStep,
} from '../contract.ts';
import type { CycleContext } from '../cycle/context.ts';
import { sight } from '../policy/custody.ts';
import { holdsOne, ledgerPlace, slotOf, unknownPlace } from '../policy/places.ts';
import { freeBox } from '../policy/plan-shuttle.ts';
import { shuttleFor } from './alarms.ts';
import type { Draft } from './draft.ts';
import { canTake } from './image.ts';
import { bayContextOf, cycleContextOf, describe, liveOf } from './live.ts';
import { unreadBoxes, unreadInBay } from './unread.ts';

type Answer = NonNullable<StationStep['action']>;

/** A person's or program's wish: refused with what is allowed now, or carried out. */
export function takeAction(draft: Draft, request: ActionRequest): Answer {
  const refusal = whyNot(draft.state, request);
  if (refusal !== null) return { accepted: false, reason: refusal, allowed: allowedActions(draft.state, request.bay) };
  const before = draft.commandCount();
  carryOut(draft, request);
  draft.settle();
  return { accepted: true, commandId: draft.commandAfter(before) };
}

/** What may be done at a bay now. Those that need more (a resolution, a pack) are listed when such a request could be accepted. */
export function allowedActions(state: StationState, bay: string): BayAction[] {
  const own = state.bays[bay];
  if (!own) return [];
  return bayActions.filter((action) => notNow(state, own, { bay, action, reason: '', by: '' }) === null);
}

function whyNot(state: StationState, request: ActionRequest): string | null {
  const own = state.bays[request.bay];
  if (!own) return `no bay ${request.bay}`;
  const refusal = notNow(state, own, request);
  if (refusal !== null) return refusal;
  if (request.action === 'resolve') return badResolution(state, own, request);
  return request.action === 'isolate-pack' ? badIsolation(state, own, request) : null;
}

/** Refusal by the state of bay and cycle, in words; null: it may be done. */
function notNow(state: StationState, own: BayState, request: ActionRequest): string | null {
  const { action, bay, by, reason } = request;
  const can = (machine: 'bay' | 'cycle', event: { type: string } & Record<string, unknown>) =>
    canTake(state, bay, machine, event);
  const inState = describe(liveOf(own.bay).snapshot.value);
  switch (action) {
    case 'hold':
      return bayContextOf(own).hold === null ? null : 'the bay is held already';
    case 'resume':
      return can('bay', { type: 'resume' }) ? mustBeRead(state, bay) : 'the bay is not held';
    case 'abort':
      if (!own.cycle) return 'no swap is open';
      return can('cycle', { type: 'abort', reason })
        ? null
        : 'the pack is being changed: the swap can no longer be taken back';
    case 'confirm':
      return confirmRefusal(
        own,
        (hasWork(own) && can('bay', { type: 'supervise', by })) ||
          can('bay', { type: 'confirm', by }) ||
          can('cycle', { type: 'confirm', by }),
      );
    case 'reset':
      return can('bay', { type: 'reset' }) ? null : 'nothing to reset: the shuttle has not given up';
    case 'resolve':
      return own.cycle && can('cycle', { type: 'resolve' }) ? null : 'no swap of this bay needs a person';
    case 'isolate-pack':
      return freeBox(state, unreadBoxes(state)) === null ? 'no isolation box is free' : null;
    case 'maintenance':
      return can('bay', { type: 'maintenance', reason, by })
        ? null
        : own.cycle
          ? 'a swap is open'
          : `the bay is in ${inState}`;
    case 'return-to-service':
      return can('bay', { type: 'return-to-service' }) ? mustBeRead(state, bay) : 'the bay is not in maintenance';
  }
}

/** Nothing moves in a bay before every pack in it can be read. */
function mustBeRead(state: StationState, bay: string): string | null {
  const place = unreadInBay(state, bay);
  return place === null
    ? null
    : `the pack at ${place} cannot be read: clean its code, or take it out, and let the station say hello`;
}

/** A swap is open, or the shuttle has something in hand. After a stop of an idle bay the panel's confirm says it all. */
const hasWork = (own: BayState): boolean => own.cycle !== null || bayContextOf(own).shuttle.phase !== 'idle';

/** The remote confirm only adds a name: what allows motion again is the confirm button at the panel. */
function confirmRefusal(own: BayState, taken: boolean): string | null {
  const value = liveOf(own.bay).snapshot.value as Record<string, unknown>;
  if (value.safety !== 'ready') return 'the panel at the station has not confirmed';
  if (value.link !== 'up') return 'the station is not connected';
  return taken ? null : 'nothing waits for a confirmation';
}

function swapPacks({ outgoing, incoming, rejected }: CycleContext): string[] {
  return [...new Set([outgoing, incoming, ...rejected].filter((code) => code !== null))];
}

/** `slot/3`, `bay/1/vehicle`, `vehicle/<VIN>`, `unknown`, or a kind of place outside stations. */
function confirmedPlace(state: StationState, text: string, vin: string): LedgerPlace | null {
  if (parseStationPlace(text)) return ledgerPlace(state.station, text, vin);
  if (text === `vehicle/${vin}`) return { kind: 'vehicle', key: text, station: null };
  if (text === 'unknown') return unknownPlace(state.station);
  const outside = ['truck', 'workshop', 'delivery'] as const;
  const kind = outside.find((each) => text === each || text.startsWith(`${each}/`));
  return kind ? { kind, key: text, station: null } : null;
}

function badResolution(state: StationState, own: BayState, { resolution }: ActionRequest): string | null {
  const cycle = cycleContextOf(own);
  if (!cycle || !resolution) return 'resolve needs the outcome and the place of each pack';
  const taken = new Set<string>();
  for (const { code, place } of resolution.packs) {
    const ledger = confirmedPlace(state, place, cycle.vehicle.vin);
    if (!ledger) return `${place} is not a place`;
    if (!state.packs[code]) return `${code} is not a pack of this station`;
    if (holdsOne(ledger) && taken.has(ledger.key)) return `two packs at ${place}`;
    taken.add(ledger.key);
  }
  const named = new Set(resolution.packs.map(({ code }) => code));
  const settled = (code: string) => ['slot', 'isolation'].includes(state.packs[code]?.place.kind ?? '');
  const missing = swapPacks(cycle).find((code) => !named.has(code) && !settled(code));
  return missing ? `the place of ${missing} must be confirmed` : null;
}

function badIsolation(state: StationState, own: BayState, { pack, bay }: ActionRequest): string | null {
  const facts = pack === undefined ? undefined : state.packs[pack];
  if (!facts) return 'name a pack of this station';
  const onBerth = facts.place.key.startsWith(`${state.station}/bay/${bay}/berth/`);
  if (!onBerth && slotOf(state, facts) === null) return 'only a pack in a slot or on a berth can be isolated';
  return bayContextOf(own).isolate.includes(facts.code) ? 'the pack is being isolated already' : null;
}

function carryOut(draft: Draft, request: ActionRequest): void {
  const { action, bay, by, reason } = request;
  const own = draft.state.bays[bay];
  switch (action) {
    case 'abort':
      draft.feed(bay, 'cycle', { type: 'abort', reason: reason || 'aborted' });
      return;
    case 'confirm':
      if (own && hasWork(own)) draft.feed(bay, 'bay', { type: 'supervise', by });
      draft.feed(bay, 'bay', { type: 'confirm', by });
      draft.feed(bay, 'cycle', { type: 'confirm', by });
      return;
    case 'resolve':
      resolve(draft, request);
      return;
    case 'isolate-pack':
      if (request.pack === undefined) return;
      draft.apply({ kind: 'updateBattery', code: request.pack, patch: { status: 'quarantined', ready: false } });
      draft.feed(shuttleFor(draft, request.pack), 'bay', { type: 'isolate', pack: request.pack });
      return;
    default:
      draft.feed(bay, 'bay', { type: action, reason, by });
  }
}

/** A person's word stands like a sensor's: each pack is where it was confirmed. Then the swap is over. */
function resolve(draft: Draft, request: ActionRequest): void {
  const { bay, resolution } = request;
  const own = draft.state.bays[bay];
  const cycle = own ? cycleContextOf(own) : null;
  if (!cycle || !resolution) return;
  const { swap } = cycle;
  const vin = cycle.vehicle.vin;
  for (const { code, place: text } of resolution.packs) {
    const place = confirmedPlace(draft.state, text, vin);
    if (!place || draft.state.packs[code]?.place.key === place.key) continue;
    draft.applyAll(
      sight(draft.state, { place, code, reading: null, cause: 'resolved', bay, swap, vin, command: null }),
    );
  }
  draft.feed(bay, 'cycle', { type: 'resolve', outcome: resolution.outcome, request });
}
