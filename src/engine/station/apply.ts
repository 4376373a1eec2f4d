import type { StationStep } from '../../../machines/contract.ts';
import { type EventType, motionOrCustodyEvents } from '../../../schema/wire/events.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import type { ActLine } from '../../acts/note.ts';
import type { EventRow } from '../commit/rows.ts';
import { accept, refuseCancel, settle } from './delivery.ts';
import { addEvent, commandOf, type Draft, setContact, timerOf } from './draft.ts';
import { foldEffects } from './effects.ts';
import { applyHello, commission } from './hello-work.ts';
import { timerKey } from './image.ts';
import { noteSecondLife } from './second-life-label.ts';
import { type Applied, type Core, foldStep, raise, stepCore, written } from './step-core.ts';
import type { RecordWork, RequestKey, Work } from './work.ts';

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
      return written(applyGap(draft, core, { reason: 'deadLetter', lost: null, detail }));
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
      return written(
        applyGap(draft, core, { reason: 'skipped', lost: { from: draft.seq + 1, to: work.to }, detail: work.detail }),
      );
    case 'journalBehind':
      // Behind a journal that was adopted meanwhile nobody is.
      if (work.asOfSeq >= draft.seq) return { done: false, why: 'stale' };
      return written(
        applyGap(draft, core, {
          reason: 'journalLost',
          lost: { from: work.asOfSeq + 1, to: draft.seq },
          detail: `the station's journal ends at ${work.asOfSeq}, ${draft.seq} records are committed: adopt a new journal`,
        }),
      );
    case 'foreignJournal':
      return applyForeignJournal(draft, work.journalId);
    case 'adopt': {
      const event = applyAdoption(draft, work);
      keepRequest(draft, work, { eventN: event.n });
      return written(event);
    }
    case 'flush':
    case 'reload':
      return written(null);
  }
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
  noteSecondLife(draft, envelope.body, event);
  if (motionOrCustodyEvents.has(envelope.type as EventType)) {
    const detail = `${envelope.type} ${envelope.seq} could not be read`;
    stepCore(draft, core, { source: 'gap', reason: 'deadLetter', detail }, event);
  }
}

/** NUL and half surrogate pairs would fail the whole commit. */
const storable = (text: string): string =>
  text.replaceAll('\u0000', '\ufffd').replaceAll('\\u0000', '\\ufffd').toWellFormed();

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

/** Something that should have been learned is gone; `lost`: the records it was in, skipped by us or forgotten by the station. */
function applyGap(
  draft: Draft,
  core: Core,
  gap: {
    reason: 'deadLetter' | 'skipped' | 'journalLost';
    lost: { from: number; to: number } | null;
    detail: string;
  },
): EventRow {
  if (gap.lost) draft.seq = gap.lost.to;
  const event = addEvent(draft, {
    source: 'gap',
    type: gap.reason,
    bay: null,
    occurred_at: draft.now,
    body: { ...gap.lost, detail: gap.detail },
  });
  raise(draft, event, gap.reason, gap.reason, gap.detail);
  stepCore(draft, core, { source: 'gap', reason: gap.reason, detail: gap.detail }, event);
  return event;
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

/**
 * The image was read anew because somebody else has changed the station: a person who moves a pack or takes it out of service, a policy that retires
 * it, another process. A car may wait for just that, and the station may have nothing to say for an hour. Where nothing follows nothing is
 * written. Before the station's hello nothing can follow.
 */
export function lookAgain(draft: Draft, core: Core): void {
  if (!draft.state.reconciled) return;
  for (const bay in draft.state.bays) {
    let step: StationStep;
    try {
      step = core.step(draft.state, { source: 'facts', bay }, core.context);
    } catch (error) {
      core.onError(error, draft);
      continue;
    }
    if (step.effects.length === 0 && step.changed.length === 0) continue;
    foldStep(draft, core, step, addEvent(draft, { source: 'staff', type: 'lookedAgain', bay, occurred_at: draft.now }));
  }
}

/** A request of a person or program. Refused ones write nothing; an error of the core is the caller's to see. */
function applyInput(
  draft: Draft,
  { input, requestId, key, act }: Extract<Work, { kind: 'input' }>,
  core: Core,
): Applied {
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
  keepRequest(
    draft,
    { key, act: step.action?.accepted === false ? undefined : act },
    { eventN: event.n, action: step.action ?? null },
  );
  return { done: true, event, ...(step.action ? { action: step.action } : {}) };
}

/** What is kept of a request: its answer, and who asked. In the same commit as the effect: all of it is there or nothing. */
function keepRequest(
  draft: Draft,
  { key, act }: { key?: RequestKey | undefined; act?: ActLine | undefined },
  row: object,
): void {
  const { station } = draft.base;
  if (key) draft.answers.push({ station, ...key, outcome: { row } });
  if (act) draft.acts.push({ station, ...act });
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
