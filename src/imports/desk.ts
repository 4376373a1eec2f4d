import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLoss, isWorthRepeating } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { runStatement } from '../db/statement.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { type AppliedImport, applyStatement, rehearseStatement } from './apply.ts';
import { checkStaged } from './checks.ts';
import {
  advance,
  clearStaging,
  countBad,
  endImport,
  forgetImports,
  type ImportRow,
  keepAlive,
  stateOf,
  stationsOf,
  stationsOfCars,
  sweepImports,
} from './store.ts';

export interface ImportDeskOptions {
  /** Of its own: its statements last longer than any other's. */
  db: Database;
  log: Log;
  faultPoints?: FaultPoints | undefined;
  newId?: () => string;
  /** Whoever gives no sign for so long is dead. */
  deadAfterMs?: number;
  /** A step of so many rows may take so long; then `onStuck` gives the connections up, because the driver waits for a dead one for ever. */
  limitMs?: (rows: number) => number;
  onStuck?: () => void;
}

/** Brings files in, one after the other, once they are staged. */
export interface ImportDesk {
  db: Database;
  newId(): string;
  faultPoints: FaultPoints;
  /** How many files are coming in. */
  receiving: number;
  stopping: boolean;
  /** Open progress streams. */
  streams: number;
  /** Says every second that somebody is at it, until the returned function is called. */
  watch(id: string): () => void;
  /** Checks and applies what is staged; does not wait for it. */
  work(row: ImportRow): void;
  /** Does a step of a file of so many rows. When it takes too long, its connection is given up and the step fails. */
  inTime<T>(rows: number, step: () => Promise<T>): Promise<T>;
  /** Finds what others have left half-way; at once and then every few seconds. */
  start(): void;
  sweep(): Promise<number>;
  /** Lets what is being written end; what is being checked is left, and called failed by whoever comes next. */
  stop(): Promise<void>;
}

/**
 * Of a connection over which files are brought in. The final statement may last; but it gives way to those who move packs: a lock it does not
 * get soon ends it, and it is sent again.
 */
export const importSession = {
  statementTimeoutMs: 900_000,
  settings: {
    lock_timeout: '2000',
    work_mem: '65536',
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    // Staging has no statistics worth the name: taken for small, a file of 100,000 rows would be met by a walk through the ledger for each.
    enable_nestloop: 'off',
  },
} as const;

const aliveEveryMs = 1000;
const sweepEveryMs = 5000;
const forgetEveryMs = 3_600_000;
const attempts = 4;
/** A statement that goes on longer is left to the database: it ends there, wholly or not at all. */
const patienceMs = 5000;

/** More than ten times what a step takes on a busy machine. */
const usualLimitMs = (rows: number): number => 60_000 + rows;

export function createImportDesk(options: ImportDeskOptions): ImportDesk {
  const { db, log, faultPoints = noFaultPoints, deadAfterMs = 10_000, limitMs = usualLimitMs, onStuck } = options;
  let queue: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let forgetAt = 0;
  const watch = (id: string) => {
    const beat = setInterval(() => void keepAlive(db, id).catch(() => {}), aliveEveryMs);
    return () => clearInterval(beat);
  };
  const sweep = async () => {
    const found = await sweepImports(db, deadAfterMs);
    if (found > 0) log.warn({ imports: found }, 'imports were left half-way: marked as failed');
    if (performance.now() >= forgetAt) {
      // Again at once while there are some.
      const forgotten = await forgetImports(db);
      if (forgotten === 0) forgetAt = performance.now() + forgetEveryMs;
      else log.info({ imports: forgotten }, 'old imports forgotten');
    }
    return found;
  };
  const desk: ImportDesk = {
    db,
    faultPoints,
    receiving: 0,
    stopping: false,
    streams: 0,
    newId: options.newId ?? (() => `im-${randomBytes(8).toString('hex')}`),
    watch,
    sweep,
    async inTime(rows, step) {
      const late = setTimeout(() => {
        log.error({ rows }, 'a step of an import got no answer from the database: opening new connections');
        onStuck?.();
      }, limitMs(rows));
      try {
        return await step();
      } finally {
        clearTimeout(late);
      }
    },
    work(row) {
      const unwatch = watch(row.id);
      queue = queue.then(async () => {
        try {
          await bringIn(desk, row);
        } catch (error) {
          log.error({ err: error, import: row.id }, 'an import failed');
          const failure = 'The service failed: the log has the cause. Nothing of the file has entered.';
          await endImport(db, row.id, { state: 'failed', failure }).catch(() => {});
        } finally {
          unwatch();
          await clearStaging(db, row.id).catch(() => {});
        }
      });
    },
    start() {
      const look = () =>
        void sweep().catch((error) => log.warn({ err: error }, 'imports left half-way were not looked for'));
      look();
      timer = setInterval(look, sweepEveryMs);
    },
    async stop() {
      desk.stopping = true;
      clearInterval(timer);
      await Promise.race([queue, sleep(patienceMs, undefined, { ref: false })]);
    },
  };
  return desk;
}

/** Checks again when the world has changed between the check and the final statement; some times. */
async function bringIn(desk: ImportDesk, row: ImportRow): Promise<void> {
  const { db, faultPoints } = desk;
  const { id, kind, mode, organisation, by } = row;
  for (let attempt = 1; ; attempt++) {
    if (desk.stopping) {
      await endImport(db, id, {
        state: 'failed',
        failure: 'The service was stopped. Nothing of the file has entered. Send it again.',
      });
      return;
    }
    if (!row.unreadable && !(await desk.inTime(row.rows, () => checkStaged(db, { id, kind, organisation })))) return;
    const bad = await countBad(db, id);
    if (row.unreadable || (mode === 'strict' && bad > 0)) {
      await advance(db, id, 'checking', 'rejected', bad);
      return;
    }
    if (!(await advance(db, id, 'checking', 'applying', bad))) return;
    const stations = kind === 'users' ? [] : await (kind === 'batteries' ? stationsOf : stationsOfCars)(db, id);
    faultPoints.pass('import-before-apply');
    const outcome = await applyOnce(desk, row, { id, kind, organisation, by, stations });
    if (outcome === 'done') {
      faultPoints.pass('import-applied');
      return;
    }
    if (attempt === attempts) {
      const failure = 'Others kept changing what the file names. Nothing of it has entered. Send it again.';
      await endImport(db, id, { state: 'failed', failure });
      return;
    }
    if (!(await advance(db, id, 'applying', 'checking', 0))) return;
    await sleep(100 * attempt);
  }
}

/** `changed`: nothing was done, because something is not as it was checked, or another statement had to come first. */
async function applyOnce(desk: ImportDesk, row: ImportRow, applied: AppliedImport): Promise<'done' | 'changed'> {
  const { db } = desk;
  const change = (row.dryRun ? rehearseStatement : applyStatement)(applied);
  for (let sent = 1; ; sent++) {
    try {
      const result = await desk.inTime(row.rows, () => runStatement(db, change));
      if (result !== null) return 'done';
      // Either it was done by a statement whose answer was lost, or staging is not whole.
      if ((await stateOf(db, row.id)) === 'applying') {
        const failure = 'The database was restarted and has lost the staged rows. Nothing has entered. Send it again.';
        await endImport(db, row.id, { state: 'failed', failure });
      }
      return 'done';
    } catch (error) {
      if (isChanged(error)) return 'changed';
      // In doubt: its gate makes it apply at most once, so it is sent again.
      if (sent === attempts || !isConnectionLoss(error) || codeOf(error) === '57014') throw error;
      await sleep(500 * sent);
    }
  }
}

/** A place was taken, a lock not had in time, or a deadlock undone. */
const isChanged = (error: unknown): boolean =>
  isWorthRepeating(error) || ['PL410', '23P01', '23505', '55P03'].includes(codeOf(error) ?? '');

function codeOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if ('code' in e && typeof e.code === 'string') return e.code;
  return undefined;
}
