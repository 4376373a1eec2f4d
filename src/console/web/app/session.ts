import { queryOptions, useQuery } from '@tanstack/react-query';
import type { UserRole } from '../../../../schema/wire/api/access.ts';
import type { CallerView } from '../../../../schema/wire/api/session.ts';
import { api, bodyOf } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { queryClient } from './query-client.ts';

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<CallerView | null> => {
    try {
      return await bodyOf(api.session.$get());
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
});

/** The person in front of the page. Pages behind sign-in always have one. */
export function useCaller(): CallerView {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('a page that needs sign-in was shown without one');
  return data;
}

export const isOneOf = (caller: CallerView, roles: readonly UserRole[]): boolean =>
  roles.some((role) => role === caller.role);

/** What others saw is no business of who comes next. */
export async function signOut(): Promise<void> {
  const answer = await api.session.$delete();
  if (!answer.ok && answer.status !== 401) throw new Problem(answer.status, {});
  queryClient.clear();
  window.location.assign('/sign-in');
}
