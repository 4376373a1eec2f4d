import type { PackFacts, StationState, StationType, StepStation, VehicleFacts } from '../../machines/contract.ts';
import { newStation } from '../../machines/step-station.ts';
import type { StationRows } from './commit/rows.ts';
import { evictVisitors } from './evict.ts';
import { applyWork } from './station/apply.ts';
import { isVin } from './station/codes.ts';
import { beginDraft, committedImage, type Draft } from './station/draft.ts';
import type { Image, OpenCommand, Timer } from './station/image.ts';
import { rowsOf } from './station/rows-of-draft.ts';
import { namedBy, type Work } from './station/work.ts';

export interface ReplayOptions {
  station: string;
  partition: number;
  type: StationType;
  stepStation: StepStation;
  validBeats: number;
  /** A pack or car that the station has not seen in this replay. */
  packOf: (code: string) => PackFacts;
  vehicleOf: (vin: string) => VehicleFacts;
}

/** Commands that a piece of work has led to. */
export type Said = readonly OpenCommand[];

export interface Replay {
  /** Everything taken until `finishDraft` is one commit. `vin`: the car that comes. */
  startDraft(now: number, vin: string | null): void;
  take(work: Work, now: number): Said;
  /** What is due by then, in order. */
  dueTimers(until: number): Timer[];
  /** Rows of the commit; memory goes on as if it had applied. */
  finishDraft(): StationRows;
}

/**
 * Runs a station that nobody else runs, from its first record on, in a time of its own: the core, the draft and the rows of the engine, without broker
 * and clock. The same work at the same times gives the same rows, so that whoever was interrupted begins again and skips what is committed.
 */
export function createReplay(options: ReplayOptions): Replay {
  const { station, type, stepStation, validBeats } = options;
  const packs = new Map<string, PackFacts>();
  let image = imageOf(options);
  let draft: Draft = beginDraft(image, 0);
  let startedAt: number | null = null;

  const coreAt = (now: number) => ({
    step: stepStation,
    context: { now, epoch: 1, beat: Math.floor((now - (startedAt ?? now)) / 1000), validBeats },
    bugs: new Set<string>(),
    onError(error: unknown) {
      throw error;
    },
  });

  /** What the work names and nobody has told of before. */
  function introduce(work: Work): void {
    const named = namedBy(work);
    const codes = named === null || named === 'everything' ? [] : named.codes;
    const unknown = codes.filter((code) => !isVin(code) && !(code in draft.state.packs));
    if (unknown.length > 0) draft.state = withPacks(draft.state, unknown);
  }

  const withPacks = (state: StationState, codes: readonly string[]): StationState => ({
    ...state,
    packs: {
      ...state.packs,
      ...Object.fromEntries(codes.map((code) => [code, packs.get(code) ?? options.packOf(code)])),
    },
  });

  /** A car comes with the pack it left with. */
  function withCar(state: StationState, vin: string): StationState {
    const inside = [...packs.values()].find(({ place }) => place.key === `vehicle/${vin}`)?.code ?? null;
    const car = { ...options.vehicleOf(vin), pack: inside };
    return withPacks({ ...state, vehicles: { ...state.vehicles, [vin]: car } }, inside === null ? [] : [inside]);
  }

  /** The core forgets a car that has left, and the pack in it. */
  function keepBooks(): void {
    for (const code of [...draft.custody.keys(), ...draft.batteries.keys()]) {
      const facts = draft.state.packs[code];
      if (facts) packs.set(code, facts);
    }
  }

  return {
    startDraft(now, vin) {
      startedAt ??= now;
      if (vin !== null) image = { ...image, state: withCar(image.state, vin) };
      draft = beginDraft(image, now);
    },
    take(work, now) {
      introduce(work);
      const before = new Set(draft.opened.keys());
      const applied = applyWork(draft, work, coreAt(now));
      if (!applied.done) throw new Error(`${station}: ${work.kind} is ${applied.why}`);
      keepBooks();
      return [...draft.opened.values()].filter(({ id }) => !before.has(id));
    },
    dueTimers(until) {
      const timers = new Map<string, Timer | null>([...draft.base.timers, ...draft.timers]);
      return [...timers.values()]
        .filter((timer): timer is Timer => timer !== null && timer.dueAt <= until)
        .sort((a, b) => a.dueAt - b.dueAt);
    },
    finishDraft() {
      const rows = rowsOf(draft);
      image = evictVisitors(committedImage(draft));
      return rows;
    },
  };

  function imageOf({ partition }: ReplayOptions): Image {
    return {
      station,
      partition,
      version: 0,
      // The registration is the first line of its log.
      eventN: 1,
      seq: 0,
      contact: {
        journal_id: null,
        boot: 0,
        pending_journal_id: null,
        anchor_utc_ms: 0,
        anchor_at_ms: 0,
        time_scale: 1,
        reconciled: false,
        link_up: false,
        station_epoch: 0,
      },
      state: newStation(station, type, { simulated: true }),
      commands: new Map(),
      timers: new Map(),
    };
  }
}
