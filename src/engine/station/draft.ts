import type { Effect, Instance, StationState, StationStep, SwapFacts } from '../../../machines/contract.ts';
import type {
  AlarmRow,
  BatteryPatch,
  CommandRow,
  ContactRow,
  CustodyRow,
  DeliveryRow,
  EventRow,
  IncidentRow,
  StationRows,
} from '../commit/rows.ts';
import { contactOf, type Image, type OpenCommand, type Timer, timerKey } from './image.ts';

/**
 * What the inputs of one batch make of one station, folded in memory: a row appears once however often it was changed. Nothing of it is true
 * before the commit has applied.
 */
export interface Draft {
  readonly base: Image;
  /** Wall clock of the batch, UTC epoch ms. */
  readonly now: number;
  state: StationState;
  eventN: number;
  seq: number;
  contact: ContactRow;
  contactChanged: boolean;
  events: EventRow[];
  instances: Map<string, { bay: string; instance: Instance; ended: boolean }>;
  /** Null: gone. */
  timers: Map<string, Timer | null>;
  /** Instances whose timers all go, also those that memory does not know. */
  endedInstances: { bay: string; machine: string; instance: string }[];
  commands: Map<string, CommandRow>;
  deliveries: Map<string, DeliveryRow>;
  /** Commands that are new or look different. */
  opened: Map<string, OpenCommand>;
  /** Commands with a result. */
  settled: Set<string>;
  custody: Map<string, CustodyRow>;
  moves: StationRows['moves'];
  batteries: Map<string, BatteryPatch['patch']>;
  newPacks: Set<string>;
  slots: Set<number>;
  vehicles: Map<string, { firmware: string; odometer_km: number; seen_at: number; fitted: number }>;
  newSwaps: Map<string, SwapFacts>;
  swaps: Map<string, Partial<SwapFacts>>;
  steps: Map<string, StationRows['steps'][number]>;
  charges: StationRows['charges'];
  alarms: Map<string, AlarmRow>;
  alarmsCleared: Map<string, number>;
  incidents: Map<string, IncidentRow>;
  incidentsClosed: Map<string, { at: number; detail: string }>;
  deadLetters: StationRows['deadLetters'];
  hello: StationRows['hellos'][number] | null;
  answers: StationRows['answers'];
  acts: StationRows['acts'];
  /** Told to people after the commit. */
  notices: Extract<Effect, { kind: 'notify' }>[];
}

export function beginDraft(base: Image, now: number): Draft {
  return {
    base,
    now,
    state: base.state,
    eventN: base.eventN,
    seq: base.seq,
    contact: base.contact,
    contactChanged: false,
    events: [],
    instances: new Map(),
    timers: new Map(),
    endedInstances: [],
    commands: new Map(),
    deliveries: new Map(),
    opened: new Map(),
    settled: new Set(),
    custody: new Map(),
    moves: [],
    batteries: new Map(),
    newPacks: new Set(),
    slots: new Set(),
    vehicles: new Map(),
    newSwaps: new Map(),
    swaps: new Map(),
    steps: new Map(),
    charges: [],
    alarms: new Map(),
    alarmsCleared: new Map(),
    incidents: new Map(),
    incidentsClosed: new Map(),
    deadLetters: [],
    hello: null,
    answers: [],
    acts: [],
    notices: [],
  };
}

/** Whether there is anything to write. */
export const isEmpty = (draft: Draft): boolean =>
  draft.events.length === 0 && draft.deliveries.size === 0 && !draft.contactChanged && draft.seq === draft.base.seq;

/** The timer as it stands in this draft, or undefined. */
export const timerOf = (draft: Draft, key: string): Timer | undefined =>
  draft.timers.has(key) ? (draft.timers.get(key) ?? undefined) : draft.base.timers.get(key);

export const commandOf = (draft: Draft, id: string): OpenCommand | undefined =>
  draft.opened.get(id) ?? draft.base.commands.get(id);

/** Opens the next line of the log. Later lines of the same batch have higher numbers. */
export function addEvent(
  draft: Draft,
  event: Omit<EventRow, 'station' | 'n' | 'body' | 'decided' | 'swap' | 'cause' | 'journal_id' | 'seq'> &
    Partial<EventRow>,
): EventRow {
  draft.eventN += 1;
  const row: EventRow = {
    swap: null,
    cause: null,
    body: null,
    decided: null,
    journal_id: null,
    seq: null,
    ...event,
    station: draft.base.station,
    n: draft.eventN,
  };
  draft.events.push(row);
  return row;
}

export function setContact(draft: Draft, change: Partial<ContactRow>): void {
  draft.contact = { ...draft.contact, ...change };
  draft.contactChanged = true;
}

/** Takes over what a step of the core returned, except its effects. */
export function takeStep(draft: Draft, step: StationStep): void {
  const before = draft.state;
  draft.state = step.state;
  for (const change of step.changed) {
    const { machine, instance } = change.instance;
    draft.instances.set(`${change.bay} ${machine} ${instance}`, change);
    if (change.ended) endTimers(draft, change.bay, machine, instance);
  }
  if (
    before.boot !== step.state.boot ||
    before.anchor !== step.state.anchor ||
    before.timeScale !== step.state.timeScale ||
    before.reconciled !== step.state.reconciled
  ) {
    draft.contact = contactOf(draft.contact, step.state);
    draft.contactChanged = true;
  }
}

function endTimers(draft: Draft, bay: string, machine: string, instance: string): void {
  const belongs = (timer: Timer) => timer.bay === bay && timer.machine === machine && timer.instance === instance;
  for (const [key, timer] of draft.base.timers) if (belongs(timer)) draft.timers.set(key, null);
  for (const [key, timer] of draft.timers) if (timer && belongs(timer)) draft.timers.set(key, null);
  draft.endedInstances.push({ bay, machine, instance });
}

export function setTimer(draft: Draft, timer: Timer): void {
  draft.timers.set(timerKey(timer), timer);
}

/** A command's progress, merged into the row that is already written in this batch, or into one change of the stored row. */
export function setDelivery(draft: Draft, id: string, change: Partial<Omit<DeliveryRow, 'id' | 'station'>>): void {
  const fresh = draft.commands.get(id);
  if (fresh) {
    Object.assign(fresh, change);
    return;
  }
  const row = draft.deliveries.get(id);
  if (row) Object.assign(row, change);
  else
    draft.deliveries.set(id, {
      id,
      station: draft.base.station,
      state: null,
      sent_at: null,
      accepted_at: null,
      cancelled_at: null,
      settled_at: null,
      result: null,
      ...change,
    });
}

/** The image after the draft's commit has applied. */
export function committedImage(draft: Draft): Image {
  const { base } = draft;
  let { commands, timers } = base;
  if (draft.opened.size > 0 || draft.settled.size > 0) {
    const next = new Map(commands);
    for (const [id, command] of draft.opened) next.set(id, command);
    for (const id of draft.settled) next.delete(id);
    commands = next;
  }
  if (draft.timers.size > 0) {
    const next = new Map(timers);
    for (const [key, timer] of draft.timers) {
      if (timer) next.set(key, timer);
      else next.delete(key);
    }
    timers = next;
  }
  return {
    station: base.station,
    partition: base.partition,
    version: base.version + 1,
    eventN: draft.eventN,
    seq: draft.seq,
    contact: draft.contact,
    state: draft.state,
    commands,
    timers,
  };
}
