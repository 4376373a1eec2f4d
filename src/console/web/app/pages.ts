import {
  type Icon,
  IconArrowsExchange,
  IconBatteryAutomotive,
  IconBuildingWarehouse,
  IconCar,
  IconChartBar,
  IconClipboardList,
  IconCoins,
  IconDeviceGamepad2,
  IconFileImport,
  IconGavel,
  IconKey,
  IconLogin,
  IconMail,
  IconMap2,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { UserRole } from '../../../../schema/wire/api/access.ts';

export interface Page {
  /** As in the address; `$name` is a parameter. */
  path: string;
  /** Name of its text in `shell.pages`; one that stands in no menu has none. */
  name: string;
  menu: boolean;
  icon: Icon;
  /** Who may see it; null: anybody, signed in or not. */
  roles: readonly UserRole[] | null;
  load: () => Promise<{ default: ComponentType }>;
}

/** Every page of the console, in the order of the menu. The first that a role may see is where it starts. */
export const pages: readonly Page[] = [
  {
    path: '/sign-in',
    name: 'signIn',
    menu: false,
    icon: IconLogin,
    roles: null,
    load: () => import('../pages/sign-in/page.tsx'),
  },
  {
    path: '/invitation',
    name: 'invitation',
    menu: false,
    icon: IconMail,
    roles: null,
    load: () => import('../pages/invitation/page.tsx'),
  },
  {
    path: '/account',
    name: 'account',
    menu: false,
    icon: IconUser,
    roles: ['admin', 'operations', 'staff', 'maintenance', 'fleet', 'owner', 'regulator'],
    load: () => import('../pages/account/page.tsx'),
  },
  {
    path: '/network',
    name: 'network',
    menu: true,
    icon: IconMap2,
    roles: ['operations', 'admin', 'regulator'],
    load: () => import('../pages/network/page.tsx'),
  },
  {
    path: '/stations',
    name: 'stations',
    menu: true,
    icon: IconBuildingWarehouse,
    roles: ['staff', 'maintenance', 'operations', 'admin'],
    load: () => import('../pages/stations/page.tsx'),
  },
  {
    path: '/stations/$station',
    name: 'stations',
    menu: false,
    icon: IconBuildingWarehouse,
    roles: ['staff', 'maintenance', 'operations', 'admin'],
    load: () => import('../pages/station-board/page.tsx'),
  },
  {
    path: '/simulator',
    name: 'simulator',
    menu: true,
    icon: IconDeviceGamepad2,
    roles: ['staff', 'maintenance', 'operations', 'admin'],
    load: () => import('../pages/simulator/page.tsx'),
  },
  {
    path: '/simulator/$station',
    name: 'simulator',
    menu: false,
    icon: IconDeviceGamepad2,
    roles: ['staff', 'maintenance', 'operations', 'admin'],
    load: () => import('../pages/simulator/page.tsx'),
  },
  {
    path: '/fleet',
    name: 'fleet',
    menu: true,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/fleet/page.tsx'),
  },
  {
    path: '/fleet/reserve',
    name: 'fleet',
    menu: false,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/fleet-reserve/page.tsx'),
  },
  {
    path: '/swaps',
    name: 'swaps',
    menu: true,
    icon: IconArrowsExchange,
    roles: ['operations', 'admin', 'staff', 'maintenance', 'fleet', 'regulator'],
    load: () => import('../pages/swaps/page.tsx'),
  },
  {
    path: '/swaps/$swap',
    name: 'swaps',
    menu: false,
    icon: IconArrowsExchange,
    roles: ['operations', 'admin', 'staff', 'maintenance', 'fleet', 'regulator'],
    load: () => import('../pages/swap/page.tsx'),
  },
  {
    path: '/analysis',
    name: 'analysis',
    menu: true,
    icon: IconChartBar,
    roles: ['operations', 'admin', 'staff', 'regulator'],
    load: () => import('../pages/analysis/page.tsx'),
  },
  {
    path: '/batteries',
    name: 'batteries',
    menu: true,
    icon: IconBatteryAutomotive,
    roles: ['staff', 'maintenance', 'operations', 'admin', 'owner', 'fleet', 'regulator'],
    load: () => import('../pages/batteries/page.tsx'),
  },
  {
    path: '/batteries/$code',
    name: 'batteries',
    menu: false,
    icon: IconBatteryAutomotive,
    roles: ['staff', 'maintenance', 'operations', 'admin', 'owner', 'fleet', 'regulator'],
    load: () => import('../pages/battery/page.tsx'),
  },
  {
    path: '/stock',
    name: 'stock',
    menu: true,
    icon: IconClipboardList,
    roles: ['staff', 'maintenance', 'operations', 'admin', 'regulator'],
    load: () => import('../pages/stock/page.tsx'),
  },
  {
    path: '/imports',
    name: 'imports',
    menu: true,
    icon: IconFileImport,
    roles: ['operations', 'admin', 'fleet'],
    load: () => import('../pages/imports/page.tsx'),
  },
  {
    path: '/fleet/leases',
    name: 'fleet',
    menu: false,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/fleet-leases/page.tsx'),
  },
  {
    path: '/fleet/statements',
    name: 'fleet',
    menu: false,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/fleet-statements/page.tsx'),
  },
  {
    path: '/fleet/statements/$statement',
    name: 'fleet',
    menu: false,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/statement/page.tsx'),
  },
  {
    path: '/fleet/disputes',
    name: 'fleet',
    menu: false,
    icon: IconCar,
    roles: ['fleet', 'operations', 'admin'],
    load: () => import('../pages/fleet-disputes/page.tsx'),
  },
  {
    path: '/owner',
    name: 'owner',
    menu: true,
    icon: IconCoins,
    roles: ['owner', 'operations', 'admin'],
    load: () => import('../pages/owner/page.tsx'),
  },
  {
    path: '/owner/statements/$income',
    name: 'owner',
    menu: false,
    icon: IconCoins,
    roles: ['owner', 'operations', 'admin'],
    load: () => import('../pages/statement/page.tsx'),
  },
  {
    path: '/regulator',
    name: 'regulator',
    menu: true,
    icon: IconGavel,
    roles: ['regulator', 'operations', 'admin'],
    load: () => import('../pages/regulator/page.tsx'),
  },
  {
    path: '/people',
    name: 'people',
    menu: true,
    icon: IconUsers,
    roles: ['admin'],
    load: () => import('../pages/people/page.tsx'),
  },
  {
    path: '/keys',
    name: 'keys',
    menu: true,
    icon: IconKey,
    roles: ['admin'],
    load: () => import('../pages/keys/page.tsx'),
  },
];

export const startOf = (role: string): string =>
  pages.find(({ roles, menu }) => menu && roles?.some((each) => each === role))?.path ?? '/account';
