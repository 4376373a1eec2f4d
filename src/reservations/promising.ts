import { sql } from 'drizzle-orm';
import type { PackFacts, StationState, VehicleFacts } from '../../machines/contract.ts';
import { slotOf } from '../../machines/policy/places.ts';
import {
  type PackPromise,
  type PromisablePack,
  type PromiseRefusal,
  promisePack,
  type UnfitReason,
} from '../../machines/policy/promise.ts';
import {
  defaultRankRules,
  type OutReason,
  type RankedStation,
  type RankWish,
  rankStations,
  type StationOffer,
} from '../../machines/policy/rank-stations.ts';
import type { Alternative } from '../../schema/wire/api/reservation.ts';
import type { Database } from '../db/client.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { readOffers, type Window } from './offers.ts';
import { reservationRules as rules } from './rules.ts';

export interface Wish extends Window {
  vin: string;
  minSocPct: number;
  /** What is held for it already counts as free. */
  reservation: string | null;
  exclude?: readonly string[];
  /** The driver takes a pack below the floor of the car's lease, where no other can be promised. */
  acceptBelowFloor?: boolean;
}

/** A pack of a station as it was read, the best of those that would do. */
export interface Candidate extends PackPromise {
  custodyVersion: number;
}

export type NoPromise = PromiseRefusal | OutReason;

export type StationAnswer =
  | { station: string; candidates: [Candidate, ...Candidate[]]; unfit: Partial<Record<UnfitReason, number>> }
  | { station: string; candidates: null; reason: NoPromise; unfit: Partial<Record<UnfitReason, number>> };

export interface Promiser {
  /** Null: there is no such station in service. */
  askStation(station: string, wish: Wish): Promise<StationAnswer | null>;
  /** Stations in the order in which they would suit the car, and why the others do not. */
  rank(
    wish: Wish,
    car: Pick<RankWish, 'at' | 'rangeKm'>,
    exclude: readonly string[],
  ): Promise<ReturnType<typeof rankStations>>;
  /** The first of the ranked that can promise. */
  best(wish: Wish, ranked: readonly RankedStation[]): Promise<Found | null>;
}

export interface Found {
  ranked: RankedStation;
  answer: Extract<StationAnswer, { candidates: [Candidate, ...Candidate[]] }>;
}

export function createPromiser(db: Database, desk: Pick<BayDesk, 'readStates'>): Promiser {
  async function ask(offer: StationOffer, wish: Wish): Promise<StationAnswer | null> {
    const { station } = offer;
    const [ranked] = rankStations([offer], { at: null, rangeKm: null, untilFromMs: 0 }, defaultRankRules).out;
    // Whether a bay takes cars is read anew below: the offer has it from half a minute ago.
    if (ranked && ranked.reason !== 'noBay') return { station, candidates: null, reason: ranked.reason, unfit: {} };
    const [sight] = await desk.readStates([station], [wish.vin]);
    if (!sight) return null;
    if (sight.baysWorking === 0) return { station, candidates: null, reason: 'noBay', unfit: {} };
    return promiseOf(sight.state, wish, await chargingSince(db, sight.state), await walkInsPerHour(db, station));
  }

  async function askStation(station: string, wish: Wish): Promise<StationAnswer | null> {
    const [offer] = await readOffers(db, wish, [], [station]);
    return offer ? ask(offer, wish) : null;
  }

  return {
    askStation,
    async rank(wish, car, exclude) {
      const [vehicle] = await db.execute<{ models: string[] }>(
        sql`select models from vehicles where vin = ${wish.vin}`,
      );
      const offers = await readOffers(db, wish, vehicle?.models ?? [], null);
      const untilFromMs = Math.max(0, wish.from - Date.now());
      return rankStations(
        offers.filter(({ station }) => !exclude.includes(station)),
        { ...car, untilFromMs },
      );
    },
    async best(wish, ranked) {
      for (const each of ranked.slice(0, rules.stationsAsked)) {
        const answer = await askStation(each.station, wish);
        if (answer?.candidates) return { ranked: each, answer };
      }
      return null;
    },
  };
}

/** When each pack of the station was last seen to begin charging, UTC epoch ms: its SOC is of that moment. */
async function chargingSince(db: Database, { packs }: StationState): Promise<Map<string, number>> {
  const codes = Object.values(packs).flatMap(({ code, ready }) => (ready ? [] : [code]));
  if (codes.length === 0) return new Map();
  const rows = await db.execute<{ code: string; at: number }>(sql`
    select p.code, (extract(epoch from last.occurred_at) * 1000)::float8 as at from unnest(${sql.param(codes)}::text[]) p(code)
    cross join lateral (select c.occurred_at, c.phase from charges c where c.pack = p.code order by c.occurred_at desc limit 1) last
    where last.phase = 'started'`);
  return new Map(rows.map(({ code, at }) => [code, at]));
}

async function walkInsPerHour(db: Database, station: string): Promise<number> {
  const [row] = await db.execute<{ per_hour: number }>(
    sql`select walk_ins_per_hour as per_hour from station_traffic where station = ${station}`,
  );
  return row?.per_hour ?? 0;
}

function promiseOf(
  state: StationState,
  wish: Wish,
  since: ReadonlyMap<string, number>,
  walkIns: number,
): StationAnswer {
  const now = Date.now();
  const vehicle: VehicleFacts = state.vehicles[wish.vin] ?? { vin: wish.vin, models: [], firmwares: [], pack: null };
  const answer = promisePack(
    promisable(state, since, now),
    {
      reservation: wish.reservation,
      vehicle,
      minSocPct: wish.minSocPct,
      from: wish.from,
      now,
      walkInsUntil: (walkIns * Math.max(0, wish.from - now)) / 3_600_000,
      exclude: wish.exclude ?? [],
      acceptBelowFloor: wish.acceptBelowFloor ?? false,
    },
    { minDispatchSocPct: state.type.minDispatchSocPct, readySocPct: rules.readySocPct, marginMs: rules.marginMs },
  );
  const { station } = state;
  if (answer.promise === null) return { station, candidates: null, reason: answer.reason, unfit: answer.unfit };
  const asRead = (each: PackPromise): Candidate => ({
    ...each,
    custodyVersion: state.packs[each.pack]?.custodyVersion ?? 0,
  });
  const next = answer.next.slice(0, rules.mostCandidates - 1).map(asRead);
  return { station, candidates: [asRead(answer.promise), ...next], unfit: answer.unfit };
}

const hourMs = 3_600_000;

/** The packs of a station with the speed at which they charge. Chargers run on equipment time, the promise on the wall clock. */
export function promisable(state: StationState, since: ReadonlyMap<string, number>, now: number): PromisablePack[] {
  const charging = Object.values(state.slots).filter((slot) => slot.charging).length;
  const { slotPowerW, stationPowerW } = state.type;
  const powerW = Math.min(slotPowerW, stationPowerW / Math.max(1, charging)) * rules.chargeShare * state.timeScale;
  return Object.values(state.packs).map((facts) => {
    const slot = slotOf(state, facts);
    const own = slot === null ? undefined : state.slots[slot];
    const pctPerHour = own?.charging ? (100 * powerW) / capacityWh(facts) : 0;
    const started = since.get(facts.code);
    const gained = started === undefined || facts.ready ? 0 : (Math.max(0, now - started) / hourMs) * pctPerHour;
    return {
      facts: { ...facts, socPct: Math.min(Math.max(facts.socPct ?? 0, 99), (facts.socPct ?? 0) + gained) },
      slot,
      slotLocked: own?.locked ?? false,
      pctPerHour,
    };
  });
}

function capacityWh({ socPct, energyWh }: PackFacts): number {
  const told = socPct !== null && energyWh !== null && socPct >= 5 ? (energyWh * 100) / socPct : 0;
  return told > 0 ? told : rules.assumedPackWh;
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

export const toAlternative = ({ ranked, answer }: Found): Alternative => ({
  station: ranked.station,
  driveMs: ranked.driveMs,
  roadKm: ranked.roadKm,
  waitMs: ranked.waitMs,
  readyPacks: ranked.readyPacks,
  promise: toPromise(answer.candidates[0]),
  reason: `Best of the others: ${minutes(ranked.driveMs)} to drive, ${minutes(ranked.waitMs)} to wait, ${ranked.readyPacks} packs ready.`,
});

export const toPromise = ({ pack, slot, readyAt, because }: PackPromise): Alternative['promise'] => ({
  pack,
  slot,
  readyAt: new Date(readyAt).toISOString(),
  because,
});
