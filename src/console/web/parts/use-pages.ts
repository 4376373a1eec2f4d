import { useInfiniteQuery } from '@tanstack/react-query';

export interface PageOf<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/** A list as far as it was asked for. */
export interface Pages<T> {
  items: readonly T[];
  isPending: boolean;
  error: unknown;
  retry: () => void;
  /** Null: there is no more. */
  more: (() => void) | null;
  isLoadingMore: boolean;
}

interface PagesOptions {
  limit?: number;
  refetchInterval?: number | false;
  enabled?: boolean;
}

/** A list of the API, page by page. */
export function usePages<T>(
  queryKey: readonly unknown[],
  ask: (page: { limit: string; cursor?: string }) => Promise<PageOf<T>>,
  { limit = 50, refetchInterval = false, enabled = true }: PagesOptions = {},
): Pages<T> {
  const query = useInfiniteQuery({
    queryKey: [...queryKey, limit],
    queryFn: ({ pageParam }) => ask({ limit: String(limit), ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval,
    enabled,
  });
  return {
    items: query.data?.pages.flatMap(({ items }) => items) ?? [],
    isPending: query.isPending,
    error: query.error,
    retry: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    isLoadingMore: query.isFetchingNextPage,
  };
}
