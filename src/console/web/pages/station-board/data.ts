import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useCaller } from '../../app/session.ts';

/** What the stream does not tell: whether it takes cars, and how long one would wait. Asked again when a bay comes into another state. */
export function useStationNow(id: string, bays: string) {
  const now = useQuery({
    queryKey: ['stations', 'one', id],
    queryFn: () => bodyOf(api.stations[':id'].$get({ param: { id } })),
    refetchInterval: 15_000,
  });
  const { refetch } = now;
  const before = useRef(bays);
  useEffect(() => {
    if (before.current !== '' && before.current !== bays) void refetch();
    before.current = bays;
  }, [bays, refetch]);
  return now;
}

/** The steps of a swap; asked again when the bay takes another step. */
export const useSwapSteps = (swap: string | null, news: string) =>
  useQuery({
    queryKey: ['swaps', 'one', swap, news],
    queryFn: () => bodyOf(api.swaps[':id'].$get({ param: { id: swap ?? '' } })),
    enabled: swap !== null,
    placeholderData: keepPreviousData,
  });

const seesReservations: ReadonlySet<string> = new Set(['admin', 'operations', 'staff']);

/** Open reservations of a station, the next one first; null where the caller's role does not see them. */
export function useArrivals(station: string) {
  const { role } = useCaller();
  const enabled = seesReservations.has(role);
  const { data, error } = useQuery({
    queryKey: ['reservations', 'open', station],
    queryFn: () => bodyOf(api.reservations.$get({ query: { station, state: 'open', limit: '100' } })),
    refetchInterval: 15_000,
    enabled,
  });
  const items = data?.items.toSorted((a, b) => a.from.localeCompare(b.from)) ?? [];
  return { items: enabled ? items : null, error };
}
