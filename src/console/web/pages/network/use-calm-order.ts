import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { StationRow } from './station-row.ts';
import { rankOf } from './worst-first.ts';

const everyMs = 10_000;

type Compare = (a: StationRow, b: StationRow) => number;

interface Placed {
  by: Compare;
  ids: readonly string[];
  /** How bad each was when it got its place. */
  ranks: ReadonlyMap<string, number>;
}

const place = (rows: readonly StationRow[], compare: Compare): Placed => ({
  by: compare,
  ids: rows.toSorted(compare).map(({ station }) => station.id),
  ranks: new Map(rows.map((row) => [row.station.id, rankOf(row)])),
});

/**
 * Rows in an order that stands still: each keeps its place while its content changes, so that nothing jumps under the pointer. The order is made anew
 * every ten seconds unless somebody points at the table or is in it with the keyboard, and when asked.
 */
export function useCalmOrder(rows: readonly StationRow[], compare: Compare) {
  const newest = useRef(rows);
  newest.current = rows;
  const held = useRef(false);
  const [placed, setPlaced] = useState<Placed>(() => place(rows, compare));
  const again = useCallback(() => setPlaced(place(newest.current, compare)), [compare]);
  // At once for another order, and when stations come or go.
  const count = rows.length;
  useEffect(() => {
    setPlaced((now) => (now.by === compare && now.ids.length === count ? now : place(newest.current, compare)));
  }, [compare, count]);
  useEffect(() => {
    const timer = setInterval(() => !held.current && again(), everyMs);
    return () => clearInterval(timer);
  }, [again]);
  const ordered = useMemo(() => {
    const byId = new Map(rows.map((row) => [row.station.id, row]));
    return placed.ids.flatMap((id) => byId.get(id) ?? []);
  }, [rows, placed]);
  /** How many are worse than when they got their place. */
  const worse = useMemo(
    () => rows.filter((row) => rankOf(row) < (placed.ranks.get(row.station.id) ?? 0)).length,
    [rows, placed],
  );
  const hold = useCallback((now: boolean) => {
    held.current = now;
  }, []);
  return { ordered, worse, again, hold };
}
