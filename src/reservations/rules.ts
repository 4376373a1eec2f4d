import { earlyArrivalMs } from '../engine/station/load.ts';

const minuteMs = 60_000;

/** Rules of reservations, wall-clock ms. They are told in `docs/reservations.md`, a test each. */
export const reservationRules = {
  /** Longest window, and how far ahead it may end: a held pack serves nobody else meanwhile. */
  longestWindowMs: 60 * minuteMs,
  furthestAheadMs: 6 * 60 * minuteMs,
  /** A window may begin so long ago: clocks differ, and a request takes its time. */
  skewMs: minuteMs,
  /** A car counts for its reservation from so long before the window; to `noShowMs` of its station type after it. */
  earlyMs: earlyArrivalMs,
  /** A pack that charges is promised when it is expected to be ready so long before the window. */
  marginMs: 3 * minuteMs,
  /** SOC at which chargers call a pack ready, percent; their own word counts. */
  readySocPct: 95,
  /** Part of the charging power that reaches a pack over the whole charge. */
  chargeShare: 0.8,
  /** A pack whose capacity nobody has told. */
  assumedPackWh: 55_000,
  /** With no more candidates than this the alternative is looked up beforehand: another may take the last ones meanwhile. */
  scarceCandidates: 3,
  /** So many candidates go into the statement, which takes the first that is still free. */
  mostCandidates: 8,
  /** A planner's claim on a reservation; also how often a lost promise is tried again. */
  claimMs: 10_000,
  /** A pack that is not ready so long after it was expected to be is looked at again. */
  patienceMs: 30_000,
  /** A station that is silent for so long keeps no promises. */
  silentMs: 3 * minuteMs,
  /** Of the ranked stations so many are asked for a promise. */
  stationsAsked: 4,
} as const;
