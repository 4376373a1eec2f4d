import type { StationInput, StationStep, StepContext, StepStation } from '../../../machines/contract.ts';
import type { CommandOutcome } from '../../../schema/wire/commands.ts';
import { type EventType, motionOrCustodyEvents } from '../../../schema/wire/events.ts';
import type { HelloBody } from '../../../schema/wire/hello.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import type { EventRow } from '../commit/rows.ts';
import { addEvent, commandOf, type Draft, setContact, setDelivery, takeStep, timerOf } from './draft.ts';
import { foldEffects } from './effects.ts';
import { timerKey } from './image.ts';
import type { RecordWork, Work } from './work.ts';

export interface Core {
  step: StepStation;
  context: StepContext;
  bugs: ReadonlySet<string>;
  /** Called with every error the core throws: a bug, or a stored machine it cannot read. */
  onError: (error: unknown, draft: Draft) => void;
}

/**
 * What became of a piece of work. `later`: its turn has not come (a hello ahead of the mark). `stale`: it is about something that has passed.
 */
export type Applied =
  | { done: true; event: EventRow | null; action?: StationStep['action'] }
  | { done: false; why: 'later' | 'stale' };

const written = (event: EventRow | null): Applied => ({ done: true, event });

/** Applies one piece of work to the draft. */
export function applyWork(draft: Draft, work: Work, core: Core): Applied {
  switch (work.kind) {
    case 'record':
      return applyRecord(draft, work, core);
    case 'hello':
      return applyHello(draft, work, core);
    case 'timer':
      return applyTimer(draft, work, core);
    case 'brokenTimer': {
      draft.timers.set(timerKey(work.timer), null);
      const detail = `timer ${work.timer.sendId} of ${work.timer.instance}: ${storable(work.problem)}`;
      return written(applyGap(draft, core, { reason: 'deadLetter', to: draft.seq, detail }));
    }
    case 'input':
      return applyInput(draft, work, core);
    case 'linkLost': {
      if (!draft.contact.link_up) return { done: false, why: 'stale' };
      setContact(draft, { link_up: false });
      const event = addEvent(draft, { source: 'link', type: 'linkLost', bay: null, occurred_at: draft.now });
      stepCore(draft, core, { source: 'link', up: false }, event);
      setContact(draft, { link_up: false });
      return written(event);
    }
    case 'skip':
      if (work.to <= draft.seq) return { done: false, why: 'stale' };
      return written(applyGap(draft, core, { reason: 'skipped', to: work.to, detail: work.detail }));
    case 'journalBehind':
      return written(
        applyGap(draft, core, {
          reason: 'journalLost',
          to: draft.seq,
          detail: `the station's journal ends at ${work.asOfSeq}, ${draft.seq} records are committed: adopt a new journal`,
        }),
      );
    case 'foreignJournal':
      return applyForeignJournal(draft, work.journalId);
    case 'adopt':
      return written(applyAdoption(draft, work));
    case 'flush':
    case 'reload':
      return written(null);
  }
}

/** Steps the core and folds what it gave into the draft and the event. A core that throws leaves the draft as it was and returns null. */
function stepCore(draft: Draft, core: Core, input: StationInput, event: EventRow): StationStep | null {
  let step: StationStep;
  try {
    step = core.step(draft.state, input, core.context);
  } catch (error) {
    core.onError(error, draft);
    return null;
  }
  foldStep(draft, core, step, event);
  return step;
}

function foldStep(draft: Draft, core: Core, step: StationStep, event: EventRow): void {
  const swapBefore = event.bay === null ? null : (draft.state.bays[event.bay]?.cycle?.instance ?? null);
  takeStep(draft, step);
  const kept = core.bugs.has('timerNotCancelled')
    ? step.effects.filter(({ kind }) => kind !== 'cancelTimer')
    : step.effects;
  const said = foldEffects(draft, kept, event, core.context.epoch);
  for (const { machine, instance, event: name, state } of step.ignored) {
    said.push(`ignored ${name} by ${machine} ${instance} in ${state}`);
  }
  event.swap ??= (event.bay === null ? null : draft.state.bays[event.bay]?.cycle?.instance) ?? swapBefore;
  if (said.length > 0) event.decided = event.decided ? [...(event.decided as string[]), ...said] : said;
}

function applyRecord(draft: Draft, work: RecordWork, core: Core): Applied {
  const { envelope, record } = work;
  commission(draft, envelope.journalId);
  const again = core.bugs.has('duplicateAfterBoot') && envelope.seq <= draft.seq && envelope.boot < draft.state.boot;
  if (envelope.seq !== draft.seq + 1 && !again) return { done: false, why: 'stale' };
  draft.seq = Math.max(draft.seq, envelope.seq);
  const event = addEvent(draft, {
    source: record ? 'record' : 'deadLetter',
    type: envelope.type,
    bay: record ? bayOf(record) : null,
    occurred_at: work.occurredAt,
    cause: record ? commandIdOf(record) : null,
    body: record ? record.body : null,
    journal_id: envelope.journalId,
    seq: envelope.seq,
  });
  if (!record) {
    bury(draft, work, core, event, work.problem);
    return written(event);
  }
  if (record.type === 'commandAccepted') accept(draft, record.body.id, event);
  else if (record.type === 'cancelTooLate') refuseCancel(draft, record.body.id);
  else if (record.type === 'journalLost') loseJournal(draft, record, core, event);
  else {
    const swapOfCommand = event.cause?.split('/')[3];
    if (swapOfCommand && swapOfCommand !== 'main') event.swap = swapOfCommand;
    if (record.type === 'commandResult') settle(draft, record, event);
    if (!stepCore(draft, core, { source: 'record', record, occurredAt: work.occurredAt }, event)) {
      bury(draft, work, core, event, 'the service could not process it');
    }
  }
  return written(event);
}

/** A station that has never had a journal gets the one that its first hello showed. */
function commission(draft: Draft, journalId: string): void {
  if (draft.contact.journal_id === null) setContact(draft, { journal_id: journalId });
}

/** A record that cannot be used: kept for people, announced, and the bays hold if it may have told of a motion or a pack. */
function bury(draft: Draft, { envelope }: RecordWork, core: Core, event: EventRow, problem: string): void {
  event.source = 'deadLetter';
  draft.deadLetters.push({
    station: draft.base.station,
    journal_id: envelope.journalId,
    seq: envelope.seq,
    boot: envelope.boot,
    type: envelope.type,
    problem: storable(problem),
    payload: storable(JSON.stringify(envelope)),
    event_n: event.n,
  });
  event.body = { problem: storable(problem) };
  raise(draft, event, `deadLetter/${envelope.type}`, 'deadLetter', `record ${envelope.seq}: ${storable(problem)}`);
  if (motionOrCustodyEvents.has(envelope.type as EventType)) {
    const detail = `${envelope.type} ${envelope.seq} could not be read`;
    stepCore(draft, core, { source: 'gap', reason: 'deadLetter', detail }, event);
  }
}

function raise(draft: Draft, event: EventRow, key: string, code: string, detail: string): void {
  foldEffects(
    draft,
    [
      {
        kind: 'raiseAlarm',
        key,
        level: 1,
        code,
        bay: event.bay,
        place: null,
        pack: null,
        detail: detail.slice(0, 300),
      },
    ],
    event,
    0,
  );
}

/** NUL and half surrogate pairs would fail the whole commit. */
const storable = (text: string): string =>
  text.replaceAll('\u0000', '\ufffd').replaceAll('\\u0000', '\\ufffd').toWellFormed();

function accept(draft: Draft, id: string, event: EventRow): void {
  const command = commandOf(draft, id);
  if (!command) {
    event.decided = ['unknown command'];
    return;
  }
  if (command.state === 'accepted') return;
  setDelivery(draft, id, { state: 'accepted', accepted_at: event.occurred_at });
  draft.opened.set(id, { ...command, state: 'accepted' });
}

function refuseCancel(draft: Draft, id: string): void {
  const command = commandOf(draft, id);
  if (command) draft.opened.set(id, { ...command, tooLate: true });
}

const settledAs: Record<CommandOutcome, string> = {
  completed: 'completed',
  failed: 'failed',
  unknown: 'failed',
  expired: 'expired',
  refused: 'refused',
  conflict: 'refused',
  cancelled: 'superseded',
};

function settle(draft: Draft, { body }: Extract<StationRecord, { type: 'commandResult' }>, event: EventRow): void {
  if (!commandOf(draft, body.id)) return;
  // Same id, other hash: that says nothing about the command we know.
  if (body.outcome === 'conflict' && commandOf(draft, body.id)?.hash !== body.hash) return;
  const { outcome, reason, detail, durationMs } = body;
  setDelivery(draft, body.id, {
    state: settledAs[outcome],
    settled_at: event.occurred_at,
    result: { outcome, reason, detail, durationMs },
  });
  draft.settled.add(body.id);
}

function loseJournal(
  draft: Draft,
  record: Extract<StationRecord, { type: 'journalLost' }>,
  core: Core,
  event: EventRow,
): void {
  const { from, to } = record.body;
  draft.seq = to;
  const detail = `the station no longer has records ${from} to ${to}`;
  raise(draft, event, 'journalLost', 'journalLost', detail);
  stepCore(draft, core, { source: 'gap', reason: 'journalLost', detail }, event);
}

function applyGap(
  draft: Draft,
  core: Core,
  gap: { reason: 'deadLetter' | 'skipped' | 'journalLost'; to: number; detail: string },
): EventRow {
  const from = draft.seq + 1;
  draft.seq = gap.to;
  const event = addEvent(draft, {
    source: 'gap',
    type: gap.reason,
    bay: null,
    occurred_at: draft.now,
    body: { from, to: gap.to, detail: gap.detail },
  });
  raise(draft, event, gap.reason, gap.reason, gap.detail);
  stepCore(draft, core, { source: 'gap', reason: gap.reason, detail: gap.detail }, event);
  return event;
}

function applyHello(draft: Draft, { hello, occurredAt }: Extract<Work, { kind: 'hello' }>, core: Core): Applied {
  const { body } = hello;
  commission(draft, hello.journalId);
  if (hello.journalId !== draft.contact.journal_id) return { done: false, why: 'stale' };
  if (body.asOfSeq > draft.seq) return { done: false, why: 'later' };
  if (body.asOfSeq < draft.seq) return { done: false, why: 'stale' };
  const { asOfSeq, epoch, firmware, timeScale } = body;
  const event = addEvent(draft, {
    source: 'hello',
    type: 'hello',
    bay: null,
    occurred_at: occurredAt,
    body: { boot: hello.boot, asOfSeq, epoch, firmware, timeScale },
    journal_id: hello.journalId,
  });
  setContact(draft, { link_up: true, station_epoch: Math.max(epoch, draft.contact.station_epoch) });
  if (draft.contact.pending_journal_id !== null) {
    // The adopted controller is there itself: nobody has to be adopted.
    setContact(draft, { pending_journal_id: null });
    foldEffects(draft, [{ kind: 'clearAlarm', key: 'foreignJournal' }], event, 0);
  }
  if (timeScale !== 1 && !draft.state.simulated) {
    const detail = `the station says its clock runs at ${timeScale}`;
    raise(draft, event, 'timeScale', 'timeScale', detail);
    event.decided = ['refused: time scale'];
    stepCore(draft, core, { source: 'gap', reason: 'skipped', detail }, event);
    return written(event);
  }
  const begun: string[] = [];
  for (const id of draft.base.commands.keys()) {
    if (!draft.settled.has(id) && commandOf(draft, id)?.state === 'accepted') begun.push(id);
  }
  stepCore(draft, core, { source: 'hello', hello: body, boot: hello.boot, occurredAt, begun }, event);
  settleByHello(draft, body, event);
  draft.hello = {
    station: draft.base.station,
    journal_id: hello.journalId,
    boot: hello.boot,
    as_of_seq: asOfSeq,
    body,
    event_n: event.n,
  };
  return written(event);
}

/**
 * The mark has come to the hello, so no record that is still to come tells of these commands: theirs was skipped or lost, and an answer to
 * a repetition would carry its old number and count as a duplicate.
 */
function settleByHello(draft: Draft, { results, bays }: HelloBody, event: EventRow): void {
  const told = new Map(results.map((result) => [result.id, result]));
  const active = new Set(bays.flatMap((bay) => bay.active.map(({ id }) => id)));
  for (const id of draft.base.commands.keys()) {
    const command = commandOf(draft, id);
    if (!command || draft.settled.has(id)) continue;
    const result = told.get(id);
    const gone = command.state === 'accepted' && !active.has(id);
    if (result ? result.hash !== command.hash : !gone) continue;
    const outcome = result?.outcome ?? 'unknown';
    setDelivery(draft, id, {
      state: settledAs[outcome],
      settled_at: event.occurred_at,
      result: { outcome, reason: null, detail: 'told by hello', durationMs: 0 },
    });
    draft.settled.add(id);
  }
}

function applyTimer(draft: Draft, { timer }: Extract<Work, { kind: 'timer' }>, core: Core): Applied {
  const key = timerKey(timer);
  const stale = timerOf(draft, key)?.token !== timer.token;
  if (stale && !core.bugs.has('staleTimer')) return { done: false, why: 'stale' };
  draft.timers.set(key, null);
  const { bay, machine, instance, sendId, token } = timer;
  const event = addEvent(draft, {
    source: 'timer',
    type: sendId,
    bay,
    swap: machine === 'cycle' ? instance : null,
    occurred_at: draft.now,
    cause: `${machine}/${instance}`,
  });
  if (!stepCore(draft, core, { source: 'timer', bay, machine, instance, sendId, token }, event)) {
    const detail = `timer ${sendId} of ${machine} ${instance} could not be processed`;
    raise(draft, event, 'serviceFault', 'serviceFault', detail);
    stepCore(draft, core, { source: 'gap', reason: 'deadLetter', detail }, event);
  }
  return written(event);
}

/** A request of a person or program. Refused ones write nothing; an error of the core is the caller's to see. */
function applyInput(draft: Draft, { input, requestId }: Extract<Work, { kind: 'input' }>, core: Core): Applied {
  const step = core.step(draft.state, input, core.context);
  if (step.action?.accepted === false && step.effects.length === 0 && step.changed.length === 0) {
    return { done: true, event: null, action: step.action };
  }
  const [type, bay, cause, body] =
    input.source === 'action'
      ? [input.request.action, input.request.bay, input.request.by, { requestId, ...input.request }]
      : [`reservation.${input.state}`, input.bay, input.reservation, { requestId, ...input }];
  const event = addEvent(draft, { source: input.source, type, bay, occurred_at: draft.now, cause, body });
  foldStep(draft, core, step, event);
  return { done: true, event, ...(step.action ? { action: step.action } : {}) };
}

function applyForeignJournal(draft: Draft, journalId: string): Applied {
  const { journal_id, pending_journal_id } = draft.contact;
  if (journalId === journal_id || journalId === pending_journal_id) return { done: false, why: 'stale' };
  setContact(draft, { pending_journal_id: journalId });
  const event = addEvent(draft, {
    source: 'gap',
    type: 'foreignJournal',
    bay: null,
    occurred_at: draft.now,
    body: { journalId, adopted: journal_id },
  });
  raise(
    draft,
    event,
    'foreignJournal',
    'foreignJournal',
    `journal ${journalId} speaks for the station: staff must adopt it`,
  );
  return written(event);
}

/** From here on the new journal counts, from its first record; everything else is learned from the next hello. */
function applyAdoption(draft: Draft, { journalId, by }: Extract<Work, { kind: 'adopt' }>): EventRow {
  const event = addEvent(draft, {
    source: 'staff',
    type: 'adoptJournal',
    bay: null,
    occurred_at: draft.now,
    cause: by,
    body: { journalId, before: draft.contact.journal_id, beforeSeq: draft.seq },
  });
  draft.seq = 0;
  draft.state = { ...draft.state, reconciled: false };
  // The new controller knows nothing of them. Whether the old one began is not known: the hello settles them as lost motions, none is sent again.
  for (const id of draft.base.commands.keys()) {
    const command = commandOf(draft, id);
    if (command && !draft.settled.has(id)) accept(draft, id, event);
  }
  setContact(draft, { journal_id: journalId, pending_journal_id: null, reconciled: false });
  foldEffects(
    draft,
    [
      { kind: 'clearAlarm', key: 'foreignJournal' },
      { kind: 'clearAlarm', key: 'journalLost' },
    ],
    event,
    0,
  );
  return event;
}

function bayOf(record: StationRecord): string | null {
  const { body } = record;
  if ('bay' in body) return body.bay;
  if ('id' in body) return body.id.split('/')[1] ?? null;
  if ('place' in body && body.place)
    return /^bay\/(\d+)\//.exec(body.place)?.[1] ?? commandIdOf(record)?.split('/')[1] ?? null;
  return null;
}

function commandIdOf({ body }: StationRecord): string | null {
  if ('id' in body) return body.id;
  return 'commandId' in body ? body.commandId : null;
}
