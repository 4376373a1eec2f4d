import type { StationRow } from './station-row.ts';

export interface Power {
  /** Null: the station is silent, or has not measured lately. */
  powerW: number | null;
  limitW: number;
  /** Of the limit, 0 to 100. */
  pct: number;
  color: 'red' | 'yellow' | 'lane';
}

/** What a station takes from the grid, against what it may take. */
export function powerOf({ station, now }: StationRow): Power {
  const limitW = station.powerLimitW;
  const powerW = station.online ? (now?.powerW ?? null) : null;
  const pct = powerW === null || limitW <= 0 ? 0 : (powerW / limitW) * 100;
  const color = pct > 98 ? 'red' : pct > 85 ? 'yellow' : 'lane';
  return { powerW, limitW, pct: Math.min(100, pct), color };
}
