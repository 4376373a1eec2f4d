import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Spot } from '../../machines/policy/rank-stations.ts';
import { stations } from '../../schema/tables/stations.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Alternative, ReservationBody, reservationChangeBody } from '../../schema/wire/api/reservation.ts';
import { driverTexts } from '../../schema/wire/driver-texts.ts';
import type { Caller } from '../api/keys.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { maySeeStation, seesVehicle } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';
import { readGate } from '../leases/gate.ts';
import type { ReservationRow } from './parts.ts';
import { type NoPromise, type Promiser, type StationAnswer, toAlternative, type Wish } from './promising.ts';
import { reservationRules as rules } from './rules.ts';
import { type ChangedRow, changeReservation, type MadeRow, makeReservation } from './store.ts';
import { windowOf } from './window.ts';

export interface BookingTools {
  db: Database;
  promiser: Promiser;
  newId: () => string;
}

const whyNot: Record<NoPromise, string> = {
  noPackFits: 'no pack there fits the car and is in order',
  allPromised: 'every pack that would do is promised to another car',
  notReadyInTime: 'no pack will be charged in time',
  belowSohFloor: 'only a pack below the floor of health of the lease would be there; say acceptBelowFloor to take it',
  silent: 'the service does not hear the station',
  closed: 'it is closed during the window',
  maintenance: 'it is in maintenance during the window',
  outOfRange: 'the car does not get there',
  noBay: 'no bay takes cars',
};

/** What a POST has to write. @throws the refusals. */
export async function bookingOf(
  tools: BookingTools,
  caller: Caller,
  body: ReservationBody,
): Promise<Statement<MadeRow>> {
  const { db, promiser } = tools;
  const window = windowOf(body, Date.now());
  const car = await findCar(db, caller, body.vehicle);
  const { vehicle, minSoc: minSocPct, acceptBelowFloor } = body;
  await requireLeaseInOrder(db, vehicle);
  const wish: Wish = { ...window, vin: vehicle, minSocPct, acceptBelowFloor, reservation: null };
  const whereabouts = { at: body.position ?? car.at, rangeKm: body.rangeKm ?? null };
  const ask =
    body.station === 'best'
      ? await askBest(promiser, wish, whereabouts)
      : await askOne(promiser, caller, wish, body.station);
  const others = () => alternativeTo(promiser, wish, whereabouts, ask.station);
  if (!ask.candidates) throw noPromise(ask, body.station === 'best' ? null : await others());
  const alternative = ask.candidates.length <= rules.scarceCandidates ? await others() : null;
  return makeReservation({
    id: tools.newId(),
    station: ask.station,
    fleet: car.fleet,
    wish,
    candidates: ask.candidates,
    alternative,
    by: caller.key,
  });
}

/** The same for another window of a reservation that is there. */
export async function changeOf(
  { promiser }: BookingTools,
  caller: Caller,
  row: ReservationRow,
  body: z.output<typeof reservationChangeBody>,
  editions: readonly number[] | null,
): Promise<Statement<ChangedRow>> {
  const window = windowOf(body, Date.now());
  const wish: Wish = {
    ...window,
    vin: row.vin,
    minSocPct: body.minSoc ?? row.minSocPct,
    acceptBelowFloor: body.acceptBelowFloor ?? row.acceptBelowFloor,
    reservation: row.id,
  };
  const ask = await askOne(promiser, caller, wish, row.station);
  if (!ask.candidates) {
    const whereabouts = { at: null, rangeKm: null };
    throw noPromise(ask, await alternativeTo(promiser, { ...wish, reservation: null }, whereabouts, row.station));
  }
  return changeReservation({
    id: row.id,
    station: row.station,
    had: row.pack,
    wish,
    candidates: ask.candidates,
    editions,
    by: caller.key,
  });
}

interface Whereabouts {
  at: Spot | null;
  rangeKm: number | null;
}

async function askOne(promiser: Promiser, caller: Caller, wish: Wish, station: string): Promise<StationAnswer> {
  const answer = maySeeStation(caller, station) ? await promiser.askStation(station, wish) : null;
  if (answer === null) throw notFound('station');
  return answer;
}

async function askBest(promiser: Promiser, wish: Wish, whereabouts: Whereabouts): Promise<StationAnswer> {
  const { best, out } = await promiser.rank(wish, whereabouts, []);
  const found = await promiser.best(wish, best);
  if (found) return found.answer;
  const [first] = best;
  if (first) {
    const answer = await promiser.askStation(first.station, wish);
    if (answer) return answer;
  }
  const [nearest] = out;
  if (!nearest) throw notFound('station');
  return { station: nearest.station, candidates: null, reason: nearest.reason, unfit: {} };
}

export async function alternativeTo(
  promiser: Promiser,
  wish: Wish,
  whereabouts: Whereabouts,
  station: string,
): Promise<Alternative | null> {
  const { best } = await promiser.rank(wish, whereabouts, [station]);
  const found = await promiser.best(wish, best);
  return found && toAlternative(found);
}

/** Why a station that was asked does not promise, in words. */
export const reasonOf = (answer: Pick<StationAnswer, 'candidates'> & { reason?: NoPromise }): string =>
  whyNot[answer.reason ?? 'allPromised'];

/** Where only a pack below the floor of the lease would be there, `errors` points at what the request may say to have it. */
export function noPromise(answer: StationAnswer, alternative: Alternative | null): ApiError {
  const isQuestion = answer.candidates === null && answer.reason === 'belowSohFloor';
  const detail = 'must be true to take a pack below the floor of health of the lease';
  return new ApiError('no-promise', `Station ${answer.station}: ${reasonOf(answer)}.`, {
    alternative,
    ...(isQuestion ? { errors: [{ pointer: '/acceptBelowFloor', detail }] } : {}),
  });
}

/** A pack that is held for a car which will be refused keeps others waiting. */
async function requireLeaseInOrder(db: Database, vin: string): Promise<void> {
  const blocks = (await readGate(db, vin))?.blocks ?? null;
  if (blocks === null) return;
  throw new ApiError(
    'lease-refused',
    `The next swap of the vehicle is stopped: ${driverTexts[blocks]?.en} (${blocks}).`,
  );
}

/** The car as the caller sees it, and where it was last. */
async function findCar(db: Database, caller: Caller, vin: string): Promise<{ fleet: string | null; at: Spot | null }> {
  const [car] = await db
    .select({
      fleet: vehicles.fleet,
      lat: sql<number | null>`${stations.lat}`,
      lon: sql<number | null>`${stations.lon}`,
    })
    .from(vehicles)
    .leftJoin(stations, eq(stations.id, vehicles.lastStation))
    .where(and(eq(vehicles.vin, vin), seesVehicle(caller.scope)));
  if (!car) throw notFound('vehicle');
  return { fleet: car.fleet, at: car.lat === null || car.lon === null ? null : { lat: car.lat, lon: car.lon } };
}
