import type { HelloBody } from '../../../schema/wire/hello.ts';
import type { EventRow } from '../commit/rows.ts';
import { settledAs } from './delivery.ts';
import { addEvent, commandOf, type Draft, setContact, setDelivery } from './draft.ts';
import { foldEffects } from './effects.ts';
import { type Applied, type Core, raise, stepCore, written } from './step-core.ts';
import type { Work } from './work.ts';

/** A station that has never had a journal gets the one that its first hello showed. */
export function commission(draft: Draft, journalId: string): void {
  if (draft.contact.journal_id === null) setContact(draft, { journal_id: journalId });
}

export function applyHello(draft: Draft, { hello, occurredAt }: Extract<Work, { kind: 'hello' }>, core: Core): Applied {
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
