import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { UserRole } from '../../../../schema/wire/api/access.ts';
import { ErrorPanel } from '../parts/error-panel.tsx';
import { NotFound } from '../parts/nothing-here.tsx';
import { PageSkeleton } from '../parts/page-skeleton.tsx';
import { type Page, pages, startOf } from './pages.ts';
import { queryClient } from './query-client.ts';
import { sessionQuery } from './session.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Everything behind sign-in, in the frame with the menu. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const caller = await queryClient.ensureQueryData(sessionQuery);
    if (caller === null) throw redirect({ to: '/sign-in', search: { from: location.href } as never });
    return { caller };
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: startOf(context.caller.role) as never, replace: true });
  },
});

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Name of its text in `shell.pages`. */
    page?: string;
    /** Who may see it. */
    roles?: readonly UserRole[];
  }
}

const toRoute = ({ path, name, roles, load }: Page) =>
  roles === null
    ? createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load), staticData: { page: name } })
    : createRoute({
        getParentRoute: () => inside,
        path,
        component: lazyRouteComponent(load),
        staticData: { page: name, roles },
      });

const open = pages.filter(({ roles }) => roles === null).map(toRoute);
const closed = pages.filter(({ roles }) => roles !== null).map(toRoute);

export const router = createRouter({
  routeTree: root.addChildren([...open, inside.addChildren([home, ...closed])]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => <ErrorPanel error={error} retry={reset} />,
});
