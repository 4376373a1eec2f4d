import { type GridSignalType, intervalMs } from '../../schema/wire/cascade/dispatch.ts';

/** What a site may take from the grid and give to it. */
export interface GridLimits {
  importLimitW: number;
  exportLimitW: number;
}

/** Instants are UTC epoch ms. */
export interface Signal {
  /** Of two that cover an instant the higher counts. */
  id: number;
  type: GridSignalType;
  /** Null: takes back what was demanded before for this time. */
  limitW: number | null;
  from: number;
  to: number;
  recordedAt: number;
}

/**
 * The limits of a quarter of an hour: the site's own, or lower ones that were demanded before it began. Where they change within it, the strictest
 * counts for all of it, because it is metered as a whole.
 */
export function limitsOf(
  own: GridLimits,
  signals: readonly Signal[],
  startsAt: number,
): GridLimits & { signals: number[] } {
  const near = signals.filter(
    ({ from, to, recordedAt }) => from < startsAt + intervalMs && to > startsAt && recordedAt <= startsAt,
  );
  const used = new Set<number>();
  const strictest = (type: GridSignalType, ownW: number): number => {
    const some = near.filter((signal) => signal.type === type);
    const edges = [startsAt, ...some.flatMap(({ from, to }) => [from, to])].filter(
      (at) => at >= startsAt && at < startsAt + intervalMs,
    );
    let least = ownW;
    for (const at of edges) {
      const last = newest(some.filter(({ from, to }) => from <= at && at < to));
      if (last?.limitW == null || last.limitW >= ownW) continue;
      used.add(last.id);
      least = Math.min(least, last.limitW);
    }
    return least;
  };
  const importLimitW = strictest('IMPORT_CAPACITY_LIMIT', own.importLimitW);
  const exportLimitW = strictest('EXPORT_CAPACITY_LIMIT', own.exportLimitW);
  return { importLimitW, exportLimitW, signals: [...used].sort((a, b) => a - b) };
}

const newest = (signals: readonly Signal[]): Signal | undefined =>
  signals.reduce<Signal | undefined>((best, each) => (best && best.id > each.id ? best : each), undefined);
