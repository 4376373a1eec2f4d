import { z } from 'zod';

/**
 * Where a pack can be inside a station, as the station names it:
 * `slot/17`, `bay/1/berth/2`, `bay/1/lift`, `bay/1/vehicle`, `isolation/1`. Each holds one pack.
 */
export type StationPlace =
  | { kind: 'slot'; slot: number }
  | { kind: 'berth'; bay: string; berth: number }
  | { kind: 'lift'; bay: string }
  | { kind: 'vehicle'; bay: string }
  | { kind: 'isolation'; box: number };

const pattern = /^(?:slot\/([1-9][0-9]{0,2})|bay\/([1-9][0-9]?)\/(?:berth\/([12])|(lift|vehicle))|isolation\/([1-9]))$/;

export const stationPlace = z.string().regex(pattern, 'must be a place such as slot/17 or bay/1/lift');

export const slotPlace = (slot: number): string => `slot/${slot}`;
export const berthPlace = (bay: string, berth: number): string => `bay/${bay}/berth/${berth}`;
export const liftPlace = (bay: string): string => `bay/${bay}/lift`;
export const vehiclePlace = (bay: string): string => `bay/${bay}/vehicle`;
export const isolationPlace = (box = 1): string => `isolation/${box}`;

/** The parts of a place name, or null when it is not one. */
export function parseStationPlace(text: string): StationPlace | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const [, slot, bay, berth, spot, box] = match;
  if (slot) return { kind: 'slot', slot: Number(slot) };
  if (box) return { kind: 'isolation', box: Number(box) };
  if (!bay) return null;
  if (berth) return { kind: 'berth', bay, berth: Number(berth) };
  return { kind: spot === 'lift' ? 'lift' : 'vehicle', bay };
}
