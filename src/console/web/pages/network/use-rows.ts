import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { StationNow } from '../../../../../schema/wire/api/station.ts';
import { readAllStations } from '../../api/all-stations.ts';
import { useAllCalm, useFollow } from '../../live/use-live.ts';
import { rowsOf, type StationRow } from './station-row.ts';

/** The lightest part of the stream that tells how every station is. */
const scope = { only: ['station', 'bay', 'alarm', 'incident'] } as const;
/** Often enough for a person who watches; a row is drawn anew only when it has changed. */
const everyMs = 1_000;
const none: ReadonlyMap<string, StationNow> = new Map();

/** Every station as it is now, in no order; waits as of the last half minute. */
export function useRows(): { rows: readonly StationRow[]; error: unknown; retry: () => void } {
  useFollow(scope);
  const stations = useAllCalm('station', everyMs);
  const bays = useAllCalm('bay', everyMs);
  const alarms = useAllCalm('alarm', everyMs);
  const incidents = useAllCalm('incident', everyMs);
  const { data, error, refetch } = useQuery({
    queryKey: ['network', 'waits'],
    queryFn: readAllStations,
    refetchInterval: 30_000,
  });
  const waits = data ?? none;
  const rows = useMemo(
    () => rowsOf({ stations, bays, alarms, incidents, waits }),
    [stations, bays, alarms, incidents, waits],
  );
  return { rows, error, retry: () => void refetch() };
}
