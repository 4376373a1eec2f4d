import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../../db/pool.ts';
import type { FaultPoints } from '../../platform/fault-points.ts';
import { encodeCommit } from './encode.ts';
import { classify, type Failure } from './failures.ts';
import type { StationRows } from './rows.ts';

/** What became of one station of a batch. */
export type Outcome =
  | { kind: 'applied' }
  /**
   * Somebody else has changed the station, or a pack of it, since it was read. Nothing of it was written: load again. In doubt: unless an
   * attempt whose answer never came was applied and another commit followed it.
   */
  | { kind: 'lost'; inDoubt: boolean }
  /** The database cannot store these rows, however often it is asked. Nothing of the station was written. */
  | { kind: 'rejected'; failure: Failure };

export interface CommitterOptions {
  pool: Pool;
  faultPoints: FaultPoints;
  onAttempt?: (attempt: { stations: number; ms: number; result: 'done' | Failure['kind'] }) => void;
  onTrouble?: (failure: Failure, attempt: number) => void;
  /** Test-only: takes a lost connection for a failed commit. */
  plantedInDoubtIsFailed?: boolean;
}

export type Commit = (batch: readonly StationRows[], signal: AbortSignal) => Promise<Outcome[]>;

/** The signal ended before the database could be asked to the end. Whether the batch was applied is not known. */
export class CommitAbandoned extends Error {
  override readonly name = 'CommitAbandoned';
}

/** Commits batches: one station, one outcome. It returns when every station's fate is known, or throws `CommitAbandoned`. */
export function createCommitter(options: CommitterOptions): Commit {
  const commit: Commit = async (batch, signal) => {
    const result = await untilKnown(options, batch, signal);
    if (result.kind === 'known') return result.outcomes;
    // Rows that cannot be stored: find out whose they are.
    if (batch.length === 1) return [{ kind: 'rejected', failure: result.failure }];
    const half = batch.length >> 1;
    return [...(await commit(batch.slice(0, half), signal)), ...(await commit(batch.slice(half), signal))];
  };
  return commit;
}

type Known = { kind: 'known'; outcomes: Outcome[] } | { kind: 'unstorable'; failure: Failure };

/**
 * Sends the same statement until its fate is known. After a lost connection the first one may have been applied or may still be running: its
 * own checks let it apply at most once, and the token tells whether it was ours that did.
 */
async function untilKnown(
  options: CommitterOptions,
  batch: readonly StationRows[],
  signal: AbortSignal,
): Promise<Known> {
  const { pool, faultPoints } = options;
  const token = randomUUID();
  const { text, parameters } = encodeCommit(batch, token);
  let inDoubt = false;
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw new CommitAbandoned('stopped while a commit was under way');
    const began = performance.now();
    const done = (result: 'done' | Failure['kind']) =>
      options.onAttempt?.({ stations: batch.length, ms: performance.now() - began, result });
    try {
      const rows = await pool.run(async (sql) => {
        const query = sql.unsafe<{ i: number }[]>(text, parameters, { prepare: true });
        if (!faultPoints.isArmed('commit-sent')) return query;
        query.execute();
        await sleep(20);
        faultPoints.pass('commit-sent');
        return query;
      });
      done('done');
      const applied = new Set(rows.map(({ i }) => i));
      if (inDoubt && applied.size < batch.length) await addEarlier(pool, batch, token, applied);
      return {
        kind: 'known',
        outcomes: batch.map((_, index) => (applied.has(index + 1) ? { kind: 'applied' } : { kind: 'lost', inDoubt })),
      };
    } catch (error) {
      const failure = classify(error);
      done(failure.kind);
      options.onTrouble?.(failure, attempt);
      if (failure.kind === 'data') return { kind: 'unstorable', failure };
      if (failure.kind === 'inDoubt') {
        if (options.plantedInDoubtIsFailed)
          return { kind: 'known', outcomes: batch.map(() => ({ kind: 'lost', inDoubt: false })) };
        inDoubt = true;
      }
      await pause(attempt, failure, signal);
    }
  }
}

/** Stations that an earlier attempt of this batch applied although its answer never came. */
async function addEarlier(
  pool: Pool,
  batch: readonly StationRows[],
  token: string,
  applied: Set<number>,
): Promise<void> {
  const names = batch.map(({ mark }) => mark.station);
  const rows = await pool.run(
    (sql) => sql<{ station: string }[]>`
      select station from station_marks where station = any(${names}) and last_commit = ${token}::uuid`,
  );
  const ours = new Set(rows.map(({ station }) => station));
  batch.forEach(({ mark }, index) => {
    if (ours.has(mark.station)) applied.add(index + 1);
  });
}

/** Deadlocks are tried again at once, a database that is away ever more slowly. */
async function pause(attempt: number, failure: Failure, signal: AbortSignal): Promise<void> {
  const ms = failure.kind === 'conflict' ? Math.min(5 * attempt, 50) : Math.min(25 * 2 ** Math.min(attempt, 6), 1_000);
  await sleep(ms, undefined, { signal }).catch(() => {});
}
