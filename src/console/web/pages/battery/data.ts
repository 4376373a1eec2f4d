import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { UserRole } from '../../../../../schema/wire/api/access.ts';
import { api, bodyAndEtag, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';

/** With the ETag that a change must name. */
export const usePack = (code: string) =>
  useQuery({
    queryKey: ['batteries', 'one', code],
    queryFn: () => bodyAndEtag(api.batteries[':code'].$get({ param: { code } })),
    refetchInterval: 10_000,
  });

export const useHealth = (code: string) =>
  useQuery({
    queryKey: ['batteries', 'health', code],
    queryFn: () => bodyOf(api.batteries[':code'].health.$get({ param: { code } })),
    refetchInterval: 30_000,
  });

/** The newest 200 charges. */
export const useReadings = (code: string) =>
  useQuery({
    queryKey: ['batteries', 'readings', code],
    queryFn: () => bodyOf(api.batteries[':code'].health.readings.$get({ param: { code }, query: { limit: '200' } })),
  });

export const useMoves = (code: string) =>
  useInfiniteQuery({
    queryKey: ['batteries', 'custody', code],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.batteries[':code'].custody.$get({
          param: { code },
          query: { limit: '50', ...(pageParam === null ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

const lifeReaders: readonly UserRole[] = ['admin', 'operations', 'regulator', 'owner'];
const gradingReaders: readonly UserRole[] = ['admin', 'operations', 'staff', 'owner', 'regulator', 'maintenance'];

/** The events that the platform is told of, by either code; none for roles that do not see them. */
export function useLife(code: string) {
  const enabled = isOneOf(useCaller(), lifeReaders);
  const life = useQuery({
    queryKey: ['traceability', code],
    queryFn: () => bodyOf(api.traceability[':code'].$get({ param: { code } })),
    enabled,
  });
  return { ...life, enabled };
}

export function useGradings(code: string) {
  const enabled = isOneOf(useCaller(), gradingReaders);
  const gradings = useQuery({
    queryKey: ['gradings', 'of', code],
    queryFn: () => bodyOf(api.gradings.$get({ query: { pack: code, limit: '50' } })),
    enabled,
  });
  return { ...gradings, enabled };
}

export const useDecisions = (code: string) =>
  useInfiniteQuery({
    queryKey: ['batteries', 'decisions', code],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.batteries[':code']['retirement-decisions'].$get({
          param: { code },
          query: { limit: '20', ...(pageParam === null ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** What the pack works as, where it has a second life. */
export function useAsset(code: string, isSecondLife: boolean) {
  const enabled = isOneOf(useCaller(), gradingReaders) && isSecondLife;
  const { data } = useQuery({
    queryKey: ['second-life-assets', 'of', code],
    queryFn: () => bodyOf(api['second-life-assets'].$get({ query: { pack: code } })),
    enabled,
  });
  return data?.items[0] ?? null;
}
