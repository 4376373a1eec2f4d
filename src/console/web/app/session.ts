import { queryOptions, useQuery } from '@tanstack/react-query';
import type { UserRole } from '../../../../schema/wire/api/access.ts';
import type { CallerView } from '../../../../schema/wire/api/session.ts';
import { api, bodyOf, onSignedOut } from '../api/client.ts';
import { Problem } from '../api/problem.ts';

const queryKey = ['session'];

/** Who is signed in; null: nobody. Who was keeps their page until the browser has left it: it is made for somebody. */
export const sessionQuery = queryOptions({
  queryKey,
  staleTime: 60_000,
  queryFn: async ({ client }): Promise<CallerView | null> => {
    try {
      return await bodyOf(api.session.$get());
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      const before = client.getQueryData<CallerView | null>(queryKey) ?? null;
      if (before !== null) leaveToSignIn();
      return before;
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

let leaving = false;

/** The session is over: to sign-in, and back here after it. */
export function leaveToSignIn(): void {
  const { pathname, search } = window.location;
  if (leaving || pathname === '/sign-in') return;
  leaving = true;
  window.location.assign(`/sign-in?from=${encodeURIComponent(`${pathname}${search}`)}`);
}
onSignedOut(leaveToSignIn);

/** What others saw is no business of who comes next: a new page is loaded, and nothing of this one stays. */
export async function signOut(): Promise<void> {
  const answer = await api.session.$delete();
  if (!answer.ok && answer.status !== 401) throw new Problem(answer.status, {});
  window.location.assign('/sign-in');
}
