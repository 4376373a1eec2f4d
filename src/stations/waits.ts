import type { Station, StationNow } from '../../schema/wire/api/station.ts';
import type { Database } from '../db/client.ts';
import { readOffers } from '../reservations/offers.ts';

/** Stations with what a car that comes now would find: whether they are open, and how long it would wait. */
export async function withWaits(db: Database, stations: readonly Station[]): Promise<StationNow[]> {
  if (stations.length === 0) return [];
  const now = Date.now();
  const offers = await readOffers(
    db,
    { from: now, to: now + 1 },
    null,
    stations.map(({ id }) => id),
  );
  const byId = new Map(offers.map((offer) => [offer.station, offer]));
  return stations.map((station) => {
    const offer = byId.get(station.id);
    const takes = offer?.online && offer.open && !offer.inMaintenance;
    return {
      ...station,
      openNow: offer?.open ?? false,
      inMaintenance: offer?.inMaintenance ?? false,
      expectedWaitMs: takes ? offer.waitMs : null,
    };
  });
}
