import { weekdayWeights } from '../../station-sim/traffic/rhythm-weights.ts';
import { round } from './statistics.ts';

/** The city's five-year plan: stations, and swaps of one station on a mean day. */
export const cityStations = 310;
const swapsPerStationAndDay = 600;

/**
 * Equipment times and the delay of a lone acknowledgement are both shrunk by this, so that swaps fit into a short window while every swap
 * keeps the number and order of messages it has in the street. Arrivals are not shrunk: swaps per second are the city's.
 */
export const cityStepScale = 1 / 40;

export interface CityLoad {
  swapsPerS: number;
  derivation: string;
}

/** Swaps per second in the busiest hour of a weekday, by the taxi rhythm the simulator also uses. */
export function cityLoad(): CityLoad {
  const hours = weekdayWeights.slice(1).map((weight, index) => (weight + (weekdayWeights[index] as number)) / 2);
  const peak = Math.max(...hours);
  const half = hours.indexOf(peak);
  const meanPerS = (cityStations * swapsPerStationAndDay) / 86_400;
  const swapsPerS = meanPerS * peak;
  const clock = (halves: number) => `${String(halves >> 1).padStart(2, '0')}:${halves % 2 === 0 ? '00' : '30'}`;
  const derivation =
    `${cityStations} stations x ${swapsPerStationAndDay} swaps a day = ${round(meanPerS, 3)} swaps/s on average; the busiest hour of a ` +
    `weekday (${clock(half)} to ${clock(half + 2)}) has ${round(peak, 3)} times the mean demand of the taxi rhythm: ${round(swapsPerS, 2)} swaps/s`;
  return { swapsPerS, derivation };
}
