import { QueryClient } from '@tanstack/react-query';
import { Problem } from '../api/problem.ts';

/** What the service refuses stays refused; what did not reach it is tried again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Problem && error.status < 500) && failures < 3,
    },
    mutations: { retry: false },
  },
});
