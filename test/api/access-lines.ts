import type { Role } from '../../schema/wire/api/access.ts';
import { role } from '../../schema/wire/api/access.ts';
import type { AccessWorld, Side } from './access-world.ts';

/** Who may call a route and what of it they see: see `access-table.ts`. */
export type Line =
  | { kind: 'open' }
  | {
      kind: 'plain';
      roles: readonly Role[];
      body?: unknown;
      /** Keys alone open it. */
      byKey: boolean;
    }
  | {
      kind: 'one';
      roles: readonly Role[];
      /** Path below /api/v1 of the object of a side; may make a fresh one first. */
      path: (side: Side, world: AccessWorld) => string | Promise<string>;
      /** A body that the route takes; refusals other than 403 and 404 are none of this test's business. */
      body?: unknown;
      own: readonly Role[];
      none?: readonly Role[];
    }
  | {
      kind: 'many';
      roles: readonly Role[];
      /** Path below /api/v1. */
      path: string;
      /** Text that stands in the list because of that side. */
      shows: (side: Side) => string;
      own: readonly Role[];
      none?: readonly Role[];
    };

export const open: Line = { kind: 'open' };
export const plain = (roles: readonly Role[], body?: unknown): Line => ({ kind: 'plain', roles, body, byKey: false });
export const one = (roles: readonly Role[], of: Omit<Extract<Line, { kind: 'one' }>, 'kind' | 'roles'>): Line => ({
  kind: 'one',
  roles,
  ...of,
});
export const many = (roles: readonly Role[], of: Omit<Extract<Line, { kind: 'many' }>, 'kind' | 'roles'>): Line => ({
  kind: 'many',
  roles,
  ...of,
});

export const all: readonly Role[] = role.options;
export const people = all.filter((each) => each !== 'service');
export const swapViewers = all.filter((each) => each !== 'owner');
export const seers: Role[] = ['admin', 'operations', 'staff', 'regulator', 'maintenance', 'service'];
export const actors: Role[] = ['admin', 'operations', 'staff', 'maintenance'];
export const managers: Role[] = ['admin', 'operations'];
export const secondLifeViewers: Role[] = [...seers, 'owner'];
/** Who pay or are paid, and the operator's people. */
export const billed: Role[] = [...managers, 'fleet', 'owner'];
export const disputing: Role[] = [...managers, 'fleet'];

/** Who manage keys. */
export const keepers: Role[] = ['admin', 'fleet', 'owner'];
/** Who manage webhook endpoints; the seeded ones are of fleets. */
export const told: Role[] = ['admin', 'operations', 'fleet', 'owner', 'service'];
export const toldFleet = { own: ['fleet'], none: ['owner', 'service'] } as const;
export const importers: Role[] = ['admin', 'operations', 'fleet'];
export const bookers: Role[] = ['admin', 'operations', 'staff', 'fleet', 'service'];
export const bookingViewers: Role[] = [...bookers, 'regulator'];
export const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
/** Bound to stations. */
export const onSite: Role[] = ['staff', 'maintenance'];
export const note = { note: 'looked at it' };
/** Who see what swaps cost. */
export const payers: Role[] = ['admin', 'operations', 'fleet', 'regulator', 'service'];
export const leaseViewers: Role[] = ['admin', 'operations', 'fleet', 'owner', 'regulator'];
export const packOwners: Role[] = ['admin', 'operations', 'owner', 'regulator'];
export const because = { reason: 'looked at it' };
export const leaseAct = (what: string, body: unknown) =>
  one(managers, { path: ({ lease }) => `leases/${lease}/${what}`, body, own: [] });
