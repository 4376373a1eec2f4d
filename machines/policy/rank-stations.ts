export interface Spot {
  lat: number;
  lon: number;
}

export interface StationOffer {
  station: string;
  location: Spot;
  /** Heard, and compared with the ledger. */
  online: boolean;
  /** Open for the whole window. */
  open: boolean;
  /** No maintenance of the whole station in the window, and some bay left. */
  inMaintenance: boolean;
  /** Expected wait of a car that comes now, wall ms; null: no bay takes cars. */
  waitMs: number | null;
  /** Packs that fit the car, are promised to nobody and are ready. */
  readyPacks: number;
}

export interface RankWish {
  /** Where the car is; null: not known, and the way counts for nothing. */
  at: Spot | null;
  /** How far the car gets; null: not known. */
  rangeKm: number | null;
  /** Time until the window opens, wall ms. */
  untilFromMs: number;
}

/** The way as long as no road engine is configured. */
export interface RankRules {
  /** Kilometres of road per kilometre of straight line. */
  roadFactor: number;
  /** Average speed of a taxi on its way. */
  speedKmh: number;
  /** Part of the range that is kept back. */
  reserveShare: number;
  /** What a station with no ready pack to spare costs, as if it were so much farther away, and up to how many packs count. */
  scarcityMs: number;
  plentyPacks: number;
}

export const defaultRankRules: RankRules = {
  roadFactor: 1.4,
  speedKmh: 24,
  reserveShare: 0.15,
  scarcityMs: 300_000,
  plentyPacks: 5,
};

export type OutReason = 'silent' | 'closed' | 'maintenance' | 'outOfRange' | 'noBay';

export interface RankedStation {
  station: string;
  roadKm: number | null;
  driveMs: number;
  waitMs: number;
  readyPacks: number;
  /** Sum of drive, wait and what scarcity adds: the smallest wins. */
  costMs: number;
}

export interface Ranking {
  best: RankedStation[];
  out: { station: string; reason: OutReason }[];
}

const earthKm = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great circle, kilometres. */
export function straightKm(a: Spot, b: Spot): number {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

const roadKmTo = (offer: StationOffer, wish: RankWish, rules: RankRules): number | null =>
  wish.at === null ? null : straightKm(wish.at, offer.location) * rules.roadFactor;

function outReason(offer: StationOffer, roadKm: number | null, wish: RankWish, rules: RankRules): OutReason | null {
  if (!offer.online) return 'silent';
  if (!offer.open) return 'closed';
  if (offer.inMaintenance) return 'maintenance';
  if (offer.waitMs === null) return 'noBay';
  if (roadKm !== null && wish.rangeKm !== null && roadKm > wish.rangeKm * (1 - rules.reserveShare)) return 'outOfRange';
  return null;
}

/**
 * Stations that could take the car, the best first. What counts is when the swap can begin, not the way alone: time to drive, plus the queue as
 * far as it outlasts the way and the time to the window, plus a surcharge where few packs are ready. Ties go to the station's name.
 */
export function rankStations(
  offers: readonly StationOffer[],
  wish: RankWish,
  rules: RankRules = defaultRankRules,
): Ranking {
  const best: RankedStation[] = [];
  const out: Ranking['out'] = [];
  for (const offer of offers) {
    const roadKm = roadKmTo(offer, wish, rules);
    const reason = outReason(offer, roadKm, wish, rules);
    if (reason === null) best.push(rated(offer, roadKm, wish, rules));
    else out.push({ station: offer.station, reason });
  }
  best.sort((a, b) => a.costMs - b.costMs || (a.station < b.station ? -1 : 1));
  return { best, out };
}

function rated(offer: StationOffer, roadKm: number | null, wish: RankWish, rules: RankRules): RankedStation {
  const { station, readyPacks } = offer;
  const driveMs = roadKm === null ? 0 : Math.round((roadKm / rules.speedKmh) * 3_600_000);
  const waitMs = Math.max(0, (offer.waitMs ?? 0) - Math.max(driveMs, wish.untilFromMs));
  const missing = Math.max(0, rules.plentyPacks - readyPacks) / rules.plentyPacks;
  const costMs = driveMs + waitMs + Math.round(missing * rules.scarcityMs);
  return {
    station,
    roadKm: roadKm === null ? null : Math.round(roadKm * 10) / 10,
    driveMs,
    waitMs,
    readyPacks,
    costMs,
  };
}
