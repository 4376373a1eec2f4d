import { setTimeout as sleep } from 'node:timers/promises';
import type { Commit, Outcome } from './commit/commit.ts';
import { CommitAbandoned } from './commit/commit.ts';
import type { StationRows } from './commit/rows.ts';
import type { EngineContext } from './context.ts';
import { evictVisitors } from './evict.ts';
import { findRequest } from './find-request.ts';
import { createLoader } from './loader.ts';
import type { Publisher } from './publisher.ts';
import type { Runtime } from './runtime.ts';
import { applyWork, lookAgain } from './station/apply.ts';
import { beginDraft, committedImage, type Draft, isEmpty, setDelivery } from './station/draft.ts';
import { rowsOf } from './station/rows-of-draft.ts';
import type { Applied } from './station/step-core.ts';
import { isUnhurried, type Stepped, type Work } from './station/work.ts';

const stopWithinMs = 2_000;

/** One station in one batch. */
interface Turn {
  runtime: Runtime;
  works: Work[];
  draft: Draft;
  applied: Applied[];
}

export interface Lane {
  /** The station has work. */
  wake(runtime: Runtime, work: Work): void;
  stop(): Promise<void>;
  readonly waiting: number;
}

export interface LaneHooks {
  /** The image is new: loaded, or loaded again. */
  onLoaded(runtime: Runtime): void;
  /** Work was applied and committed. */
  onCommitted(runtime: Runtime, works: readonly Work[], applied: readonly Applied[], draft: Draft): void;
  /** A piece of work that was not applied: its time has passed, or has not come. */
  onLeft(runtime: Runtime, work: Work, why: 'later' | 'stale'): void;
  /** A piece of work that neither core nor database can take. */
  onPoison(runtime: Runtime, work: Work, problem: string): void;
}

/**
 * Steps stations and commits them, one batch at a time. While a commit is in flight work gathers in the mailboxes, and the next batch takes all
 * of it: group commit without a timer. A station belongs to one lane, so nothing of it is stepped while its commit is in flight.
 */
export function createLane(context: EngineContext, commit: Commit, publisher: Publisher, hooks: LaneHooks): Lane {
  const { config, pool, clock, faultPoints, metrics, log, profile, leases } = context;
  const perStation = Math.min(config.maxInputsPerStation, config.maxInputsPerCommit);
  const hurried = new Set<Runtime>();
  const unhurried = new Set<Runtime>();
  const stopping = new AbortController();
  const loader = createLoader(context, hooks.onLoaded, (runtime) => {
    if (runtime.dropped || runtime.mailbox.length === 0 || stopping.signal.aborted) return;
    hurried.add(runtime);
    run();
  });
  let running: Promise<void> | null = null;
  let patience: NodeJS.Timeout | undefined;

  function wake(runtime: Runtime, work: Work): void {
    if (stopping.signal.aborted) return;
    if (isUnhurried(work) && !hurried.has(runtime)) {
      unhurried.add(runtime);
      patience ??= setTimeout(() => {
        patience = undefined;
        for (const waiting of unhurried) hurried.add(waiting);
        run();
      }, config.unhurriedMs);
      return;
    }
    hurried.add(runtime);
    run();
  }

  /** Begins in a later turn of the event loop, so that everything one read of the socket brought is in the first batch. */
  function run(): void {
    if (running || hurried.size === 0) return;
    running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(async () => {
        while (hurried.size > 0 && !stopping.signal.aborted) await batch();
      })
      .catch((error) => log.error({ err: error }, 'lane failed'))
      .finally(() => {
        running = null;
        run();
      });
  }

  function takeRuntimes(): Runtime[] {
    const taken: Runtime[] = [];
    let inputs = 0;
    // What decides nothing rides along.
    for (const set of [hurried, unhurried]) {
      for (const runtime of set) {
        if (taken.length >= config.maxStationsPerCommit || inputs >= config.maxInputsPerCommit) return taken;
        hurried.delete(runtime);
        unhurried.delete(runtime);
        if (runtime.dropped || runtime.mailbox.length === 0 || loader.isLoading(runtime)) continue;
        taken.push(runtime);
        inputs += Math.min(runtime.mailbox.length, perStation);
      }
    }
    return taken;
  }

  async function batch(): Promise<void> {
    const runtimes = takeRuntimes().filter((runtime) => !loader.isNeeded(runtime, takeable(runtime)));
    if (runtimes.length === 0) return;
    try {
      const turns = step(runtimes);
      if (turns.length > 0) await write(turns);
    } catch (error) {
      if (!(error instanceof CommitAbandoned)) log.warn({ err: error }, 'batch put off');
      for (const runtime of runtimes) runtime.image = null;
      if (!stopping.signal.aborted) await sleep(100);
    } finally {
      for (const runtime of runtimes) {
        if (runtime.mailbox.length > 0 && !runtime.dropped) hurried.add(runtime);
      }
    }
  }

  const takeable = (runtime: Runtime): Work[] => runtime.mailbox.slice(0, runtime.solo > 0 ? 1 : perStation);

  function step(runtimes: readonly Runtime[]): Turn[] {
    faultPoints.pass('before-step');
    const began = clock.monotonic();
    const turns: Turn[] = [];
    for (const runtime of runtimes) {
      const works = takeable(runtime);
      runtime.mailbox.splice(0, works.length);
      if (runtime.solo > 0) runtime.solo -= 1;
      const turn = stepStation(runtime, works);
      if (turn) turns.push(turn);
    }
    profile.add('step', clock.monotonic() - began);
    return turns;
  }

  function stepStation(runtime: Runtime, works: Work[]): Turn | null {
    const { image } = runtime;
    if (!image) return null;
    const now = clock.wall();
    const draft = beginDraft(image, now);
    writeSent(runtime, draft);
    const core = {
      step: context.stepStation,
      context: {
        now,
        epoch: leases.epochOf(runtime.partition),
        beat: runtime.beat.beat,
        validBeats: config.validBeats,
        ...(context.bugs.size > 0 ? { planted: context.bugs } : {}),
      },
      bugs: context.bugs,
      onError: (error: unknown) => log.error({ err: error, station: runtime.station }, 'the core failed on an input'),
    };
    if (runtime.looksAgain) {
      runtime.looksAgain = false;
      lookAgain(draft, core);
    }
    const kept: Work[] = [];
    const applied: Applied[] = [];
    for (const work of works) {
      try {
        if (work.kind === 'hello') faultPoints.pass('hello-before-apply');
        if (work.kind === 'record' && !work.record) faultPoints.pass('before-dead-letter');
        const result = applyWork(draft, work, core);
        if (result.done) {
          kept.push(work);
          applied.push(result);
        } else hooks.onLeft(runtime, work, result.why);
      } catch (error) {
        log.error({ err: error, station: runtime.station, kind: work.kind }, 'input failed');
        if ('reply' in work) work.reply.reject(error);
      }
    }
    if (kept.length === 0 && isEmpty(draft)) return null;
    return { runtime, works: kept, draft, applied };
  }

  async function write(turns: readonly Turn[]): Promise<void> {
    const beganFold = clock.monotonic();
    const writing: Turn[] = [];
    const rows: StationRows[] = [];
    for (const turn of turns) {
      if (isEmpty(turn.draft)) settle(turn);
      else fold(turn, writing, rows);
    }
    if (writing.length === 0) return;
    if (context.bugs.has('markNotMoved')) for (const row of rows) row.mark.seq = row.mark.seq - 1;
    const beganCommit = clock.monotonic();
    profile.add('fold', beganCommit - beganFold);
    if (context.bugs.has('publishBeforeCommit')) for (const turn of writing) publishEarly(turn);
    faultPoints.pass('before-commit');
    let outcomes: Outcome[];
    try {
      outcomes = await commit(rows, stopping.signal);
    } catch (error) {
      for (const turn of writing) putBack(turn);
      throw error;
    }
    faultPoints.pass('commit-answered');
    profile.add('commit', clock.monotonic() - beganCommit);
    metrics.statements.inc();
    metrics.committedInputs.inc(writing.reduce((sum, { works }) => sum + works.length, 0));
    metrics.commitStations.observe(writing.length);
    const lost: Turn[] = [];
    for (const [index, turn] of writing.entries()) {
      const outcome = outcomes[index] as Outcome;
      metrics.outcomes.inc({ outcome: outcome.kind });
      if (outcome.kind === 'applied') turn.runtime.image = committedImage(turn.draft);
      else if (outcome.kind === 'lost') {
        turn.runtime.image = null;
        if (outcome.inDoubt) lost.push(turn);
        else putBack(turn);
      } else reject(turn, outcome.failure.message);
    }
    publish(writing.filter((_, index) => outcomes[index]?.kind === 'applied'));
    for (const turn of lost) await putBackWhatFailed(turn);
  }

  /** A draft that cannot be put into rows is a defect of the core: it costs the station what caused it, not the batch. */
  function fold(turn: Turn, writing: Turn[], rows: StationRows[]): void {
    try {
      rows.push(rowsOf(turn.draft));
      writing.push(turn);
    } catch (error) {
      log.error({ err: error, station: turn.runtime.station }, 'a step cannot be stored');
      reject(turn, String(error));
    }
  }

  function publish(turns: readonly Turn[]): void {
    const began = clock.monotonic();
    faultPoints.pass('after-commit-before-ack');
    if (turns.some(({ draft }) => draft.opened.size > 0)) faultPoints.pass('after-commit-before-publish');
    for (const turn of turns) {
      const { runtime, draft, works, applied } = turn;
      if (draft.seq !== draft.base.seq) publisher.oweAck(runtime);
      hooks.onCommitted(runtime, works, applied, draft);
      if (works.some((work) => work.kind === 'record' && work.record?.type === 'vehicleLeft') && runtime.image) {
        runtime.image = evictVisitors(runtime.image);
      }
      settle(turn);
      if (runtime.image) {
        context.announce({
          station: runtime.station,
          version: runtime.image.version,
          events: draft.events,
          image: runtime.image,
        });
      }
    }
    profile.add('publish', clock.monotonic() - began);
  }

  function publishEarly({ runtime, draft }: Turn): void {
    if (draft.opened.size > 0) publisher.sendNow(runtime, draft.opened.values());
  }

  /** Answers those who wait for their input. */
  function settle({ runtime, works, applied, draft }: Turn): void {
    for (const [index, work] of works.entries()) {
      metrics.inputs.inc({ kind: work.kind });
      const result = applied[index];
      if (!('reply' in work) || !result?.done) continue;
      const stepped: Stepped = {
        station: runtime.station,
        version: runtime.image?.version ?? draft.base.version,
        eventN: result.event?.n ?? null,
        action: result.action,
      };
      work.reply.resolve(stepped);
    }
  }

  const putBack = ({ runtime, works }: Turn): void => {
    runtime.mailbox.unshift(...works);
  };

  /** A request that was committed by an attempt in doubt must not be made twice: it says its id in the log. */
  async function putBackWhatFailed(turn: Turn): Promise<void> {
    const again: Work[] = [];
    for (const work of turn.works) {
      if (work.kind !== 'input') {
        again.push(work);
        continue;
      }
      const found = await findRequest(pool, turn.runtime.station, turn.draft.base.eventN, work.requestId);
      if (found) work.reply.resolve(found);
      else again.push(work);
    }
    turn.runtime.mailbox.unshift(...again);
  }

  /** What cannot be stored together is tried piece by piece; a single piece that cannot be stored is poison. */
  function reject(turn: Turn, problem: string): void {
    const { runtime, works } = turn;
    runtime.image = null;
    if (works.length > 1) {
      runtime.mailbox.unshift(...works);
      runtime.solo = Math.max(runtime.solo, works.length);
      return;
    }
    for (const work of works) hooks.onPoison(runtime, work, problem);
  }

  return {
    wake,
    async stop() {
      stopping.abort();
      clearTimeout(patience);
      // A statement that the database does not answer is not waited for: what became of it is found at the next start.
      await Promise.race([running, sleep(stopWithinMs, undefined, { ref: false })]);
    },
    get waiting() {
      let sum = 0;
      for (const set of [hurried, unhurried]) for (const { mailbox } of set) sum += mailbox.length;
      return sum;
    },
  };
}

/** Commands that have left since the last commit: the next one says so in passing. */
function writeSent(runtime: Runtime, draft: Draft): void {
  for (const [id, at] of runtime.sent) {
    const command = draft.base.commands.get(id);
    if (command?.state !== 'queued') continue;
    setDelivery(draft, id, { state: 'sent', sent_at: at });
    draft.opened.set(id, { ...command, state: 'sent' });
  }
  runtime.sent.clear();
}
