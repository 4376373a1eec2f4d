import type { Role } from '../../../schema/wire/api/access.ts';
import type { DeltaType, StreamDelta, StreamState } from '../../../schema/wire/api/stream.ts';
import { overseers } from '../access.ts';
import { covers, maskBay, maskSlot, type Scope, sees } from '../scope.ts';

/** Who looks. */
export interface Viewer {
  role: Role;
  scope: Scope;
  /** Wants this station only. */
  station?: string | undefined;
  /** Wants these kinds only. */
  only?: ReadonlySet<DeltaType> | undefined;
}

/** Which frames a role may read. The state it gets first holds exactly the same types. */
function mayRead(role: Role, type: DeltaType): boolean {
  if (type !== 'alarm' && type !== 'incident' && type !== 'telemetry') return true;
  return overseers.some((each) => each === role);
}

function stationOf(delta: StreamDelta): string {
  return delta.type === 'station' ? delta.value.id : delta.value.station;
}

function keyOf(delta: StreamDelta): string {
  switch (delta.type) {
    case 'station':
    case 'telemetry':
      return delta.type;
    case 'bay':
      return `bay ${delta.value.bay}`;
    case 'slot':
      return `slot ${delta.value.slot}`;
    case 'swap':
      return `swap ${delta.value.id}`;
    case 'alarm':
    case 'incident':
      return `${delta.type} ${delta.value.key}`;
  }
}

/** What makes a value another one. A station's event counter moves with every event and is no news by itself. */
function signatureOf({ type, value }: StreamDelta): string {
  return JSON.stringify(type === 'station' ? { ...value, eventN: 0, changedAt: null } : value);
}

interface Seen {
  delta: StreamDelta;
  signature: string;
}

export interface LiveState {
  /** Takes everything there is now of these stations, and returns what is new or different. */
  replace(stations: readonly string[], current: readonly StreamDelta[]): StreamDelta[];
  /** Takes one thing that is read by itself, and returns it if it is new. */
  put(delta: StreamDelta): StreamDelta[];
  /** Everything that the viewer may and wants to see. */
  state(viewer: Viewer): StreamState;
  /** A change as the viewer may see it: the same object where nothing is left out, null when it is not for this viewer. */
  show(viewer: Viewer, delta: StreamDelta): StreamDelta | null;
}

/** The last seen value of everything the stream shows. */
export function createLiveState(): LiveState {
  const byStation = new Map<string, Map<string, Seen>>();

  const show = (viewer: Viewer, delta: StreamDelta): StreamDelta | null => {
    const { role, scope, station, only } = viewer;
    const at = stationOf(delta);
    if (only && !only.has(delta.type)) return null;
    if (!mayRead(role, delta.type) || !sees(scope, at) || (station !== undefined && station !== at)) return null;
    if (scope.fleet === null) return delta;
    const isOwn = (id: string) => {
      const swap = byStation.get(at)?.get(`swap ${id}`)?.delta;
      return swap?.type === 'swap' && covers(scope, swap.value);
    };
    if (delta.type === 'swap') return covers(scope, delta.value) ? delta : null;
    if (delta.type === 'bay') return { type: 'bay', value: maskBay(delta.value, isOwn) };
    return delta.type === 'slot' ? { type: 'slot', value: maskSlot(delta.value, isOwn) } : delta;
  };
  const put = (delta: StreamDelta, before: Map<string, Seen> | undefined): boolean => {
    const things = byStation.get(stationOf(delta)) ?? new Map<string, Seen>();
    const signature = signatureOf(delta);
    things.set(keyOf(delta), { delta, signature });
    byStation.set(stationOf(delta), things);
    return before?.get(keyOf(delta))?.signature !== signature;
  };
  return {
    show,
    put: (delta) => (put(delta, new Map(byStation.get(stationOf(delta)))) ? [delta] : []),
    replace(stations, current) {
      const before = new Map(stations.map((station) => [station, byStation.get(station)]));
      for (const [station, things] of before) {
        const measured = things?.get('telemetry');
        if (measured) byStation.set(station, new Map([['telemetry', measured]]));
        else byStation.delete(station);
      }
      return current.filter((delta) => put(delta, before.get(stationOf(delta))));
    },
    state(viewer) {
      const state: StreamState = {
        stations: [],
        bays: [],
        slots: [],
        swaps: [],
        alarms: [],
        incidents: [],
        telemetry: [],
      };
      for (const things of byStation.values()) {
        for (const { delta } of things.values()) {
          const shown = show(viewer, delta);
          if (shown) addTo(state, shown);
        }
      }
      return state;
    },
  };
}

function addTo(state: StreamState, delta: StreamDelta): void {
  switch (delta.type) {
    case 'station':
      state.stations.push(delta.value);
      return;
    case 'bay':
      state.bays.push(delta.value);
      return;
    case 'slot':
      state.slots.push(delta.value);
      return;
    case 'swap':
      state.swaps.push(delta.value);
      return;
    case 'alarm':
      state.alarms.push(delta.value);
      return;
    case 'incident':
      state.incidents.push(delta.value);
      return;
    case 'telemetry':
      state.telemetry.push(delta.value);
      return;
  }
}
