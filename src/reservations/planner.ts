import { setTimeout as sleep } from 'node:timers/promises';
import type { StationInput } from '../../machines/contract.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';
import type { Stepper } from '../engine/index.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { alternativeTo, reasonOf } from './booking.ts';
import type { ReservationRow } from './parts.ts';
import {
  beginTelling,
  claimTasks,
  closeReservation,
  endTakingBack,
  endTelling,
  expectantBays,
  expectLater,
  lose,
  noteArrival,
  replan,
  type Task,
  type Written,
} from './planner-work.ts';
import { createPromiser, type Wish } from './promising.ts';
import { run } from './run.ts';
import { measureTraffic } from './traffic.ts';

/** Where a test may stop a planner: between any two things it does. */
export type PlannerPoint = 'claimed' | 'decided' | 'written' | 'told';

export interface PlannerOptions {
  db: Database;
  desk: Pick<BayDesk, 'readStates' | 'readBays'>;
  stepper: Pick<Stepper, 'stepNow'>;
  log: Log;
  everyMs?: number;
  onPoint?: (point: PlannerPoint, task: Task) => void;
  faultPoints?: FaultPoints;
}

export interface Planner {
  start(): void;
  stop(): Promise<void>;
  /** Does what is to be done now, once. Gives how many reservations were worked on. */
  work(): Promise<number>;
}

const atOnce = 40;
const stopWithinMs = 2_000;

const mayExpect: ReadonlySet<string> = new Set(['idle', 'occupied', 'swapping', 'releasing']);

/**
 * Keeps promises: looks at every open reservation about once a second and does what the committed facts ask for. It remembers nothing; any number
 * of processes may run one. Each step is a statement that checks what it was decided on, so a step that comes late or twice does nothing.
 */
export function createPlanner(options: PlannerOptions): Planner {
  const { db, desk, stepper, log, everyMs = 1_000, onPoint = () => {}, faultPoints = noFaultPoints } = options;
  const promiser = createPromiser(db, desk);
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;

  async function write<R extends Written>(task: Task, change: Statement<R>): Promise<R | null> {
    onPoint('decided', task);
    faultPoints.pass('planner-decided');
    const row = await run(db, change);
    faultPoints.pass('planner-written');
    onPoint('written', task);
    return row;
  }

  async function tell(task: Task, state: 'due' | 'cancelled', bay: string): Promise<void> {
    const { id, vin, station, pack, fromAt, toAt } = task.row;
    const input: Extract<StationInput, { source: 'reservation' }> = {
      source: 'reservation',
      bay,
      reservation: id,
      vin,
      pack: pack ?? '',
      arrivesAt: fromAt.getTime(),
      until: toAt.getTime(),
      state,
    };
    await stepper.stepNow(station, input);
    faultPoints.pass('planner-told');
    onPoint('told', task);
  }

  async function replanOne(task: Task): Promise<void> {
    const { row } = task;
    const wish: Wish = {
      from: row.fromAt.getTime(),
      to: row.toAt.getTime(),
      vin: row.vin,
      minSocPct: row.minSocPct,
      acceptBelowFloor: row.acceptBelowFloor,
      reservation: row.id,
    };
    const answer = await promiser.askStation(row.station, wish);
    if (answer?.candidates) {
      const [first] = answer.candidates;
      const same = first.because === 'held' && first.pack === row.pack && row.lostAt === null;
      await write(task, same ? expectLater(row, first.readyAt) : replan(row, answer.candidates));
      return;
    }
    // Told once; afterwards it is only tried again.
    if (row.lostAt !== null) return;
    const reason = answer ? reasonOf(answer) : 'the station is closed for good';
    const alternative = await alternativeTo(
      promiser,
      { ...wish, reservation: null },
      { at: null, rangeKm: null },
      row.station,
    );
    await write(task, lose(row, reason, alternative));
    log.info({ reservation: row.id, station: row.station, reason }, 'a promise cannot be kept');
  }

  async function tellBay(task: Task): Promise<void> {
    const { row } = task;
    const bay = await bayFor(row);
    if (bay === null) return;
    const begun = await write(task, beginTelling(row, bay));
    if (!begun || begun.revision === null) return;
    await tell(task, 'due', bay);
    await write(task, endTelling(row, begun.revision));
  }

  /** A bay that works and expects nobody else, an idle one first; the one that was named before, when it was. */
  async function bayFor(row: ReservationRow): Promise<string | null> {
    if (row.bayTold === 'sending' && row.bay !== null) return row.bay;
    const [bays, taken] = await Promise.all([desk.readBays([row.station]), expectantBays(db, row)]);
    const free = bays.filter(({ bay, state }) => mayExpect.has(state) && !taken.includes(bay));
    return (free.find(({ state }) => state === 'idle') ?? free[0])?.bay ?? null;
  }

  async function takeBack(task: Task): Promise<void> {
    const { row } = task;
    if (row.bay !== null) await tell(task, 'cancelled', row.bay);
    await write(task, endTakingBack(row));
  }

  async function doTask(task: Task): Promise<void> {
    const { need, row, swap, why } = task;
    onPoint('claimed', task);
    faultPoints.pass('planner-claimed');
    switch (need) {
      case 'kept':
        return void (await write(task, closeReservation(row, 'kept', { swap, reason: 'swapped' })));
      case 'broken':
      case 'noShow':
        return void (await write(task, closeReservation(row, need, { swap, reason: closedReason(task) })));
      case 'arrived':
        return void (swap && (await write(task, noteArrival(row, swap))));
      case 'replan':
        return replanOne(task);
      case 'tellBay':
        return tellBay(task);
      case 'takeBack':
        return takeBack(task);
      default:
        throw new Error(`no such need: ${need satisfies never} (${why})`);
    }
  }

  async function work(): Promise<number> {
    const tasks = await claimTasks(db, atOnce);
    for (const task of tasks) {
      if (stopping.signal.aborted) break;
      try {
        await doTask(task);
      } catch (error) {
        // The claim runs out, and whoever looks then goes on.
        log.warn({ err: error, reservation: task.row.id, need: task.need }, 'a reservation could not be worked on');
      }
    }
    return tasks.length;
  }

  async function turn(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        // More may be waiting, and what was done may lead to more.
        while ((await work()) > 0 && !stopping.signal.aborted);
        await measureTraffic(db, desk);
      } catch (error) {
        log.warn({ err: error }, 'the planner could not look');
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    work,
    start() {
      loop ??= turn();
    },
    async stop() {
      stopping.abort();
      // A statement that the database does not answer is not waited for: what became of it the next planner sees.
      await Promise.race([loop, sleep(stopWithinMs, undefined, { ref: false })]);
    },
  };
}

function closedReason({ need, swap, why, row }: Task): string {
  if (swap !== null)
    return need === 'broken' && why === null ? 'the pack had too little charge' : `the swap ended: ${why ?? 'unknown'}`;
  if (need === 'broken') return row.lostReason ?? 'no pack could be promised';
  return 'the car did not come';
}
