import type { ActionRequest, BayAction, BayView, StationState } from '../../machines/contract.ts';
import type { BayActionName } from '../../schema/wire/api/action.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { ActLine } from '../acts/note.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Pool } from '../db/pool.ts';
import {
  BusyError,
  type Change,
  MovedError,
  type NewBay,
  type RequestKey,
  type Stepper,
  UnknownStationError,
} from '../engine/index.ts';
import type { Image } from '../engine/station/image.ts';
import { loadImages, withNamed } from '../engine/station/load.ts';

export interface ActionTaken {
  accepted: true;
  /** The first command to the station that it led to. */
  commandId: string | null;
}

export interface ActionRefused {
  accepted: false;
  reason: string;
  allowed: BayAction[];
}

/** What became of an action. With a request key this is what the commit stores under it. */
export interface Acted {
  /** Number in the station's log; null when nothing had to be written. */
  eventN: number | null;
  action: ActionTaken | ActionRefused;
}

/** What the commit keeps of the request beside its effect. */
export interface Asked {
  key?: RequestKey | null;
  /** For the record of who did what. */
  act?: ActLine | undefined;
}

/** What the API needs of whoever can step machines. Works in every process, whether it owns the station or not. */
export interface BayDesk {
  /** The bays of these stations, by station and number. Unknown stations have none. */
  readBays(stations: readonly string[]): Promise<Bay[]>;
  /** These stations as the core sees them, with these packs and vehicles as the ledger has them now. */
  readStates(stations: readonly string[], named: readonly string[]): Promise<StationSight[]>;
  act(station: string, request: ActionRequest, of?: Asked): Promise<Acted>;
  /** From here on the new journal counts. */
  adopt(station: string, journalId: string, by: string, of?: Asked): Promise<{ eventN: number | null }>;
}

export interface StationSight {
  state: StationState;
  /** Bays that take cars now, or as soon as the car in them has gone. */
  baysWorking: number;
}

export interface BayDeskOptions {
  pool: Pool;
  /** The engine, or a stepper in a process without one. */
  stepper: Stepper;
  newBay: NewBay;
  view: (state: StationState, bay: string) => BayView | null;
  /** Tells of stations committed in this process: what memory has need not be read. */
  onChange?: ((listener: (change: Change) => void) => void) | undefined;
}

/** Loading a station takes some milliseconds of this thread, which may also be the engine's: never many at once. */
const loadedAtOnce = 8;

export function createBayDesk({ pool, stepper, newBay, view, onChange }: BayDeskOptions): BayDesk {
  const known = new Map<string, Image>();
  onChange?.(({ station, image }) => known.set(station, image));

  /** As memory has it where that is what the database has, else loaded. */
  async function imagesOf(stations: readonly string[]): Promise<Image[]> {
    const marks = await pool.run(
      (sql) => sql<{ station: string; version: number }[]>`
        select station, version::float8 as version from station_marks where station = any(${[...stations]}) order by station`,
    );
    const images = new Map<string, Image>();
    for (const { station, version } of marks) {
      const image = known.get(station);
      if (image?.version === version) images.set(station, image);
      else known.delete(station);
    }
    const missing = marks.flatMap(({ station }) => (images.has(station) ? [] : [station]));
    for (let at = 0; at < missing.length; at += loadedAtOnce) {
      const loaded = await loadImages(pool, missing.slice(at, at + loadedAtOnce), newBay);
      for (const image of loaded) images.set(image.station, image);
    }
    return marks.flatMap(({ station }) => images.get(station) ?? []);
  }

  return {
    async readBays(stations) {
      return (await imagesOf(stations)).flatMap(({ station, state, contact }) =>
        state.type.bays.flatMap(({ bay }) => {
          const shown = view(state, bay);
          return shown ? [awaitAdoption(toBay(station, shown), contact.pending_journal_id)] : [];
        }),
      );
    },
    async readStates(stations, named) {
      const images = await imagesOf(stations);
      return Promise.all(
        images.map(async ({ state }) => ({
          state: await withNamed(pool, { ...state, vehicles: { ...state.vehicles } }, named),
          baysWorking: state.type.bays.filter(({ bay }) => takesCars(view(state, bay))).length,
        })),
      );
    },
    async act(station, request, { key, act: line } = {}) {
      const { action, eventN } = await said(() =>
        stepper.stepNow(station, { source: 'action', request }, { key: key ?? undefined, act: line }),
      );
      if (!action) throw new Error('the core did not answer an action');
      return { eventN, action };
    },
    async adopt(station, journalId, by, { key, act: line } = {}) {
      const { eventN } = await said(() => stepper.adoptJournal(station, journalId, by, key ?? undefined, line));
      return { eventN };
    },
  };
}

const workingStates: ReadonlySet<BayView['state']> = new Set(['idle', 'awaiting', 'occupied', 'swapping', 'releasing']);

const takesCars = (shown: BayView | null): boolean => shown !== null && workingStates.has(shown.state);

function toBay(station: string, { vin, allowed, ...view }: BayView): Bay {
  // The machines' actions and the wire's are one set: the compiler compares them here.
  return { station, ...view, vehicle: vin, allowed: allowed satisfies BayActionName[] };
}

/** The machines do not know of journals: a station whose controller nobody has adopted is to them one that does not connect. */
function awaitAdoption(bay: Bay, journalId: string | null): Bay {
  if (journalId === null || bay.state !== 'offline') return bay;
  const command = `POST /api/v1/stations/${bay.station}/journal/adopt`;
  return { ...bay, waitingFor: `staff to adopt journal ${journalId} (${command})` };
}

/** The engine's errors in the API's words. */
async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownStationError) throw notFound('station');
    if (error instanceof BusyError || error instanceof MovedError) {
      throw new ApiError('concurrent-change', undefined, { cause: error, headers: { 'Retry-After': '1' } });
    }
    throw error;
  }
}
