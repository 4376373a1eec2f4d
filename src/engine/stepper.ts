import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StationInput, StepStation } from '../../machines/contract.ts';
import type { ActLine } from '../acts/note.ts';
import type { Pool } from '../db/pool.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { createCommitter } from './commit/commit.ts';
import type { Change, Clock } from './context.ts';
import { findRequest } from './find-request.ts';
import { wakeChannel } from './foreign.ts';
import { applyWork } from './station/apply.ts';
import { codesIn } from './station/codes.ts';
import { beginDraft, committedImage, isEmpty } from './station/draft.ts';
import type { Image } from './station/image.ts';
import { loadImages, type NewBay, withNamed } from './station/load.ts';
import { rowsOf } from './station/rows-of-draft.ts';
import type { Reply, RequestKey, Stepped, Work } from './station/work.ts';

export type PersonInput = Extract<StationInput, { source: 'action' | 'reservation' }>;

export interface StepperOptions {
  pool: Pool;
  stepStation: StepStation;
  newBay: NewBay;
  clock: Clock;
  log: Log;
  validBeats: number;
  faultPoints?: FaultPoints;
  /** Told of every commit made here. */
  announce?: (change: Change) => void;
}

export interface Stepper {
  /** `requestId` names the request in the log; a new one when left out. */
  stepNow(
    station: string,
    input: PersonInput,
    request?: { requestId?: string; key?: RequestKey | undefined; act?: ActLine | undefined },
  ): Promise<Stepped>;
  adoptJournal(station: string, journalId: string, by: string, key?: RequestKey, act?: ActLine): Promise<Stepped>;
}

/** There is no such station. */
export class UnknownStationError extends Error {
  override readonly name = 'UnknownStationError';
}

/** The station changed faster than it could be stepped, or the database was away: nothing was done, ask again. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

const withinMs = 10_000;
/** Between attempts; the owner's commits take a few milliseconds. */
const mostPauseMs = 40;

/** Steps a station in a process that does not own it: load, step, the same statement, and a word to the owner. */
export function createStepper(options: StepperOptions): Stepper {
  const { pool, log, clock, faultPoints = noFaultPoints } = options;
  const commit = createCommitter({
    pool,
    faultPoints,
    onTrouble: (failure, attempt) => log.warn({ failure, attempt }, 'commit of a request in trouble'),
  });

  const queues = new Map<string, Promise<Stepped>>();
  type MakeWork = (reply: Reply<Stepped>) => Extract<Work, { kind: 'input' | 'adopt' }>;

  /** Requests of this process for one station wait for each other: racing would only cost attempts. */
  async function act(station: string, requestId: string, makeWork: MakeWork): Promise<Stepped> {
    const before = queues.get(station);
    const mine = (before ?? Promise.resolve()).catch(() => {}).then(() => attempt(station, requestId, makeWork));
    queues.set(station, mine);
    try {
      return await mine;
    } finally {
      if (queues.get(station) === mine) queues.delete(station);
    }
  }

  async function attempt(station: string, requestId: string, makeWork: MakeWork): Promise<Stepped> {
    const work = makeWork({ resolve: () => {}, reject: () => {} });
    const signal = AbortSignal.timeout(withinMs);
    for (let times = 1; !signal.aborted; times++) {
      const [loaded] = await loadImages(pool, [station], options.newBay);
      if (!loaded) throw new UnknownStationError(`there is no station ${station}`);
      const image = await withCodes(loaded, work);
      const draft = beginDraft(image, clock.wall());
      const result = applyWork(draft, work, {
        step: options.stepStation,
        context: await contextOf(image),
        bugs: new Set(),
        onError: (error) => {
          throw error;
        },
      });
      const answer: Stepped = {
        station,
        version: image.version,
        eventN: result.done ? (result.event?.n ?? null) : null,
        action: result.done ? result.action : undefined,
      };
      if (isEmpty(draft)) return answer;
      const [outcome] = await commit([rowsOf(draft, true)], signal);
      if (outcome?.kind === 'applied') {
        const next = committedImage(draft);
        faultPoints.pass('foreign-step-before-wake');
        await pool.sql
          .notify(wakeChannel, station)
          .catch((error) => log.debug({ err: error }, 'owner not notified; it polls'));
        options.announce?.({ station, version: next.version, events: draft.events, image: next });
        return { ...answer, version: next.version };
      }
      if (outcome?.kind === 'rejected') throw new Error(`the database refuses it: ${outcome.failure.message}`);
      if (outcome?.kind === 'lost' && outcome.inDoubt) {
        const found = await findRequest(pool, station, image.eventN, requestId);
        if (found) return found;
      }
      await sleep(Math.min(mostPauseMs, 5 * times) * (0.5 + Math.random()));
    }
    throw new BusyError(`station ${station} changes too fast`);
  }

  async function withCodes(image: Image, work: Work): Promise<Image> {
    const { packs, vehicles } = image.state;
    const unknown = [...codesIn(work)].filter((code) => !(code in packs) && !(code in vehicles));
    return unknown.length === 0 ? image : { ...image, state: await withNamed(pool, image.state, unknown) };
  }

  /** Epoch of the partition's owner, and the beat as it should be by now, counted on from the last hello. */
  async function contextOf(image: Image) {
    const now = clock.wall();
    const [row] = await pool.run(
      (sql) => sql<{ epoch: number; beat: number | null; at: number | null }[]>`
        select l.epoch::float8 as epoch, (h.body ->> 'beat')::float8 as beat, (extract(epoch from h.applied_at) * 1000)::float8 as at
        from partition_leases l left join station_hellos h on h.station = ${image.station} and h.boot = ${image.state.boot}
        where l.partition = ${image.partition}`,
    );
    const beat = row?.beat == null || row.at == null ? 0 : row.beat + Math.max(0, Math.floor((now - row.at) / 1000));
    return { now, epoch: row?.epoch ?? 0, beat, validBeats: options.validBeats };
  }

  return {
    stepNow(station, input, { requestId = randomUUID(), key, act: line } = {}) {
      return act(station, requestId, (reply) => ({ kind: 'input', input, requestId, key, act: line, reply }));
    },
    adoptJournal: (station, journalId, by, key, line) =>
      act(station, '', (reply) => ({ kind: 'adopt', journalId, by, key, act: line, reply })),
  };
}
