import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Grading } from '../../../../../schema/wire/api/grading.ts';
import { api, bodyOf } from '../../api/client.ts';

const after = (cursor: string | null) => (cursor === null ? {} : { cursor });
const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
};

/** How many packs stand at each step of the way: counted by the service. */
export const usePipeline = () =>
  useQuery({
    queryKey: ['second-life-assets', 'pipeline'],
    queryFn: () => bodyOf(api['second-life-assets'].pipeline.$get()),
    refetchInterval: 30_000,
  });

export const useSites = () =>
  useQuery({
    queryKey: ['second-life-sites', 'list'],
    queryFn: () => bodyOf(api['second-life-sites'].$get({ query: { limit: '100' } })),
  });

export const useRetired = () =>
  useInfiniteQuery({
    queryKey: ['batteries', 'retired'],
    queryFn: ({ pageParam }) =>
      bodyOf(api.batteries.$get({ query: { status: 'retired', limit: '50', ...after(pageParam) } })),
    ...pages,
  });

/** The newest first. */
export const useGradingList = () =>
  useInfiniteQuery({
    queryKey: ['gradings', 'list'],
    queryFn: ({ pageParam }) => bodyOf(api.gradings.$get({ query: { limit: '200', ...after(pageParam) } })),
    ...pages,
  });

export const useRecyclings = () =>
  useInfiniteQuery({
    queryKey: ['recyclings', 'list'],
    queryFn: ({ pageParam }) => bodyOf(api.recyclings.$get({ query: { limit: '50', ...after(pageParam) } })),
    ...pages,
  });

/** The one that counts, per pack. */
export function latestByPack(gradings: readonly Grading[]): ReadonlyMap<string, Grading> {
  const latest = new Map<string, Grading>();
  for (const each of gradings) if (each.n > (latest.get(each.pack)?.n ?? 0)) latest.set(each.pack, each);
  return latest;
}
