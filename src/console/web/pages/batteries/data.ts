import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { CountKey } from '../../../../../schema/wire/api/inventory.ts';
import { api, bodyOf } from '../../api/client.ts';
import type { PlaceView } from '../../parts/pack-place.ts';
import type { PackStatus } from '../../parts/pack-status.tsx';

/** As it stands in the address. */
export interface PackFilter {
  code?: string;
  status?: PackStatus;
  place?: PlaceView['kind'];
  station?: string;
  model?: string;
  owner?: string;
}

export const usePacks = (filter: PackFilter) =>
  useInfiniteQuery({
    queryKey: ['batteries', 'list', filter],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.batteries.$get({ query: { ...filter, limit: '50', ...(pageParam === null ? {} : { cursor: pageParam }) } }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 30_000,
  });

export const useCounts = (by: readonly CountKey[]) =>
  useQuery({
    queryKey: ['inventory', 'counts', by],
    queryFn: () => bodyOf(api.inventory.counts.$get({ query: { by: by.join(',') } })),
    refetchInterval: 30_000,
  });

const long = 300_000;

/** What can be chosen in the filters; what the caller may not list is left out. */
export function useChoices() {
  const models = useQuery({
    queryKey: ['battery-models'],
    queryFn: () => bodyOf(api['battery-models'].$get({ query: { limit: '200' } })),
    staleTime: long,
  });
  const organisations = useQuery({
    queryKey: ['organisations'],
    queryFn: () => bodyOf(api.organisations.$get({ query: { limit: '200' } })),
    staleTime: long,
  });
  return {
    models: models.data?.items ?? [],
    owners: organisations.data?.items.filter(({ kind }) => kind === 'owner') ?? [],
  };
}
