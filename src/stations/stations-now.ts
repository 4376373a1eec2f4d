import type { Role } from '../../schema/wire/api/access.ts';
import type { Station, StationNow } from '../../schema/wire/api/station.ts';
import { overseers } from '../api/access.ts';
import type { Database } from '../db/client.ts';
import { readOffers } from '../reservations/offers.ts';
import { readPowers } from './telemetry.ts';

/** Six messages of a station: then what it took is not what it takes. */
const powerCountsMs = 60_000;

/** Stations with what a car that comes now would find, and for those who see their telemetry what they take from the grid. */
export async function stationsNow(db: Database, stations: readonly Station[], role: Role): Promise<StationNow[]> {
  if (stations.length === 0) return [];
  const now = Date.now();
  const ids = stations.map(({ id }) => id);
  const seesPower = overseers.some((each) => each === role);
  const [offers, powers] = await Promise.all([
    readOffers(db, { from: now, to: now + 1 }, null, ids),
    seesPower ? readPowers(db, ids, new Date(now - powerCountsMs)) : new Map<string, number>(),
  ]);
  const byId = new Map(offers.map((offer) => [offer.station, offer]));
  return stations.map((station) => {
    const offer = byId.get(station.id);
    const takes = offer?.online && offer.open && !offer.inMaintenance;
    return {
      ...station,
      openNow: offer?.open ?? false,
      inMaintenance: offer?.inMaintenance ?? false,
      expectedWaitMs: takes ? offer.waitMs : null,
      powerW: station.online ? (powers.get(station.id) ?? null) : null,
    };
  });
}
