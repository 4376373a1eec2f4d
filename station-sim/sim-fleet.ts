import type { OutMessage } from './core.ts';
import { createHeap } from './heap.ts';
import type { SimStation } from './sim-station.ts';

/** Where the stations' messages go. One connection per station. */
export interface FleetTransport {
  /** The station wants its connection; `fleet.connected` tells when it stands. */
  open(station: SimStation): void;
  /** The connection breaks without a goodbye, so that the broker publishes the will. */
  cut(station: SimStation): void;
  publish(station: SimStation, message: OutMessage): void;
}

/**
 * Many stations under one scheduler: a heap of due times instead of a timer per station. It has no clock of its own; `runRealTime`
 * gives it the real one, tests give it a virtual one.
 */
export interface SimFleet {
  stations: readonly SimStation[];
  station(id: string): SimStation | undefined;
  advanceTo(wallMs: number): void;
  nextEventMs(): number;
  receive(id: string, payload: unknown, wallMs: number): void;
  control(id: string, payload: unknown, wallMs: number): void;
  connected(id: string, wallMs: number): void;
  disconnected(id: string, wallMs: number): void;
}

interface Member {
  station: SimStation;
  linked: boolean;
  breaks: number;
  /** Due time of its valid heap entry; older entries are stale. */
  dueMs: number;
}

export function createSimFleet(stations: readonly SimStation[], transport: FleetTransport): SimFleet {
  const members = new Map<string, Member>();
  const due = createHeap<Member>();

  /** After anything happened to a station: hand out its messages, follow its link, note its next due time. */
  function settle(member: Member): void {
    const { station } = member;
    for (const message of station.takeOutbox()) transport.publish(station, message);
    const wants = station.wantsLink();
    const broken = station.linkBreaks() !== member.breaks;
    if (member.linked && (!wants || broken)) transport.cut(station);
    if (wants && (!member.linked || broken)) transport.open(station);
    member.linked = wants;
    member.breaks = station.linkBreaks();
    const next = station.nextEventMs();
    if (next === member.dueMs) return;
    member.dueMs = next;
    due.push(next, member);
  }

  function touch(id: string, act: (station: SimStation) => void): void {
    const member = members.get(id);
    if (!member) return;
    act(member.station);
    settle(member);
  }

  for (const station of stations) members.set(station.id, { station, linked: false, breaks: 0, dueMs: Number.NaN });
  for (const member of members.values()) settle(member);

  return {
    stations,
    station: (id) => members.get(id)?.station,
    advanceTo(wallMs) {
      while (due.peekDue() <= wallMs) {
        const entry = due.pop();
        if (!entry || entry.due !== entry.item.dueMs) continue;
        entry.item.dueMs = Number.NaN;
        entry.item.station.advanceTo(wallMs);
        settle(entry.item);
      }
    },
    nextEventMs: () => due.peekDue(),
    receive: (id, payload, wallMs) => touch(id, (station) => station.receive(payload, wallMs)),
    control: (id, payload, wallMs) => touch(id, (station) => void station.control(payload, wallMs)),
    connected: (id, wallMs) => touch(id, (station) => station.connected(wallMs)),
    disconnected: (id, wallMs) => touch(id, (station) => station.disconnected(wallMs)),
  };
}

/**
 * Lets motions under way end, ahead of the clock: whoever ends the program need not wait for a world that is only played. Nothing may come
 * in any more. Returns the wall time it has come to; what would end after `untilMs` is left, as a power cut would leave it.
 */
export function finishMotions(fleet: SimFleet, fromMs: number, untilMs: number): number {
  let at = fromMs;
  while (fleet.stations.some((station) => station.motionsUnderWay() > 0)) {
    const next = Math.max(at, fleet.nextEventMs());
    if (next > untilMs) break;
    at = next;
    fleet.advanceTo(at);
  }
  return at;
}

/** Drives a fleet by the real clock. The returned function stops it. */
export function runRealTime(fleet: SimFleet, now: () => number): () => void {
  let timer: NodeJS.Timeout | null = null;
  const longestSleepMs = 50;
  const turn = (): void => {
    fleet.advanceTo(now());
    const waitMs = Math.min(longestSleepMs, Math.max(0, fleet.nextEventMs() - now()));
    timer = setTimeout(turn, waitMs);
  };
  turn();
  return () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
}
