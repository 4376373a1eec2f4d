import type { FailureReason } from '../../schema/wire/commands.ts';
import type { EngineContext } from './context.ts';
import type { Intake } from './intake.ts';
import type { LaneHooks } from './lane.ts';
import type { Publisher } from './publisher.ts';
import { countJournal, type Runtime } from './runtime.ts';
import type { Draft } from './station/draft.ts';
import type { OpenCommand, Timer } from './station/image.ts';
import type { RecordWork, Work } from './station/work.ts';
import type { TimerQueue } from './timer-queue.ts';

export interface DueTimer {
  runtime: Runtime;
  timer: Timer;
}

/** What follows a commit, a load, or work that could not be done: memory catches up, and only now does anything leave. */
export function createAfterCommit(
  context: EngineContext,
  publisher: Publisher,
  timers: TimerQueue<DueTimer>,
  intake: () => Intake,
): LaneHooks {
  const { metrics, clock, faultPoints, log, config } = context;

  function onLoaded(runtime: Runtime): void {
    const { image } = runtime;
    if (!image) return;
    countJournal(runtime, image.contact.journal_id);
    for (const timer of image.timers.values()) timers.add(timer.dueAt, { runtime, timer });
    realign(runtime, image.seq);
    const unsent = [...image.commands.values()].filter(({ id }) => !runtime.deliveries.has(id));
    if (unsent.length > 0) publisher.sendNow(runtime, unsent);
  }

  /** After a load the mark may be elsewhere: records in the mailbox that do not follow it are dropped and wanted again. */
  function realign(runtime: Runtime, mark: number): void {
    let last = mark;
    runtime.mailbox = runtime.mailbox.filter((work) => {
      if (work.kind !== 'record') return true;
      if (work.envelope.seq !== last + 1) return false;
      last = work.lastSeq;
      return true;
    });
    if (runtime.sequencer.next !== last + 1) intake().accept(runtime, runtime.sequencer.reset(last + 1));
  }

  function onCommitted(runtime: Runtime, works: readonly Work[], _: readonly unknown[], draft: Draft): void {
    for (const timer of draft.timers.values()) if (timer) timers.add(timer.dueAt, { runtime, timer });
    for (const id of draft.settled) runtime.deliveries.delete(id);
    countJournal(runtime, draft.contact.journal_id);
    // First what forbids sending (a boot, a gap), or allows it again (a hello).
    for (const work of works) followUp(runtime, work);
    if (works.some(({ kind }) => kind === 'hello')) {
      faultPoints.pass('hello-applied-before-resend');
      publisher.sendAll(runtime);
    } else sendDecided(runtime, draft, works);
    intake().tryHello(runtime);
  }

  function sendDecided(runtime: Runtime, draft: Draft, works: readonly Work[]): void {
    if (draft.opened.size === 0) return;
    const now = clock.monotonic();
    const toSend: OpenCommand[] = [];
    for (const command of draft.opened.values()) {
      if (draft.settled.has(command.id)) continue;
      const before = draft.base.commands.get(command.id);
      if (!before || (command.cancelled && !before.cancelled) || (command.tooLate && !before.tooLate))
        toSend.push(command);
      else if (command.state === 'accepted' && before.state !== 'accepted') {
        const delivery = runtime.deliveries.get(command.id);
        if (delivery) delivery.nextAt = now + config.commandResendMs * 8;
      }
    }
    if (toSend.length === 0) return;
    publisher.sendNow(runtime, toSend);
    const last = works.findLast((work): work is RecordWork => work.kind === 'record');
    if (last && draft.commands.size > 0) {
      metrics.latencySeconds.observe((clock.monotonic() - last.receivedAt) / 1000);
    }
  }

  function followUp(runtime: Runtime, work: Work): void {
    switch (work.kind) {
      case 'hello':
        runtime.greeted = true;
        runtime.behindTold = false;
        runtime.wantsHello = false;
        return;
      case 'record':
        if (work.record?.type === 'booted' || work.record?.type === 'journalLost') askAnew(runtime);
        else if (isOtherThanKnown(work)) publisher.askHello(runtime);
        return;
      case 'skip':
        askAnew(runtime);
        intake().accept(runtime, runtime.sequencer.reset(Math.max(runtime.sequencer.next, work.to + 1)));
        return;
      case 'adopt':
        runtime.sequencer.clear();
        runtime.anchors.clear();
        runtime.newest = null;
        runtime.behindTold = false;
        askAnew(runtime);
        return;
      default:
        return;
    }
  }

  /** What the station told before no longer counts: nothing moves before the next hello. */
  function askAnew(runtime: Runtime): void {
    runtime.greeted = false;
    runtime.helloAskedAt = Number.NEGATIVE_INFINITY;
    publisher.askHello(runtime);
  }

  function onLeft(runtime: Runtime, work: Work, why: 'later' | 'stale'): void {
    if (work.kind === 'hello') {
      if (why === 'later') runtime.hello ??= work;
      else publisher.askHello(runtime);
    } else if (work.kind === 'record' && runtime.image && work.envelope.seq > runtime.image.seq + 1) {
      intake().accept(runtime, runtime.sequencer.reset(runtime.image.seq + 1));
    }
  }

  function onPoison(runtime: Runtime, work: Work, problem: string): void {
    const answered = 'key' in work && problem.includes('idempotency_keys_pkey');
    if (answered) log.info({ station: runtime.station }, 'another process has answered this request');
    else log.error({ station: runtime.station, kind: work.kind, problem }, 'the database refuses this input');
    const first = (replacement: Work) => {
      runtime.mailbox.unshift(replacement);
      context.push(runtime, { kind: 'flush' });
    };
    if ('reply' in work) work.reply.reject(new Error(`the database refuses it: ${problem}`));
    else if (work.kind === 'record' && work.record) {
      const { record: _, ...rest } = work;
      first({ ...rest, record: null, problem: `the database refuses it: ${problem}` });
    } else if (work.kind === 'record') first({ kind: 'skip', to: work.lastSeq, detail: problem });
    else if (work.kind === 'timer') first({ kind: 'brokenTimer', timer: work.timer, problem });
  }

  return { onLoaded, onCommitted, onLeft, onPoison };
}

const otherThanKnown: ReadonlySet<string> = new Set<FailureReason>(['packMissing', 'wrongPack', 'placeOccupied']);

/**
 * The station will not begin, for what stands there is not what the ledger says. Nothing was moved and so nothing was read: without a hello the
 * same would be commanded and refused again.
 */
function isOtherThanKnown({ record }: RecordWork): boolean {
  return (
    record?.type === 'commandResult' &&
    record.body.outcome === 'refused' &&
    otherThanKnown.has(record.body.reason ?? '')
  );
}
