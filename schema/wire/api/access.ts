import { z } from 'zod';

/**
 * What a user or a key may do. admin: everything, also users and keys; operations: everything but users and keys; staff and maintenance:
 * their stations; fleet: its vehicles, swaps and reservations; owner: its packs and their moves; regulator: sees everything but the
 * machinery, changes nothing; service: another program, sees what it needs to follow the stations, as far as its scopes go.
 */
export const role = z.enum(['admin', 'operations', 'staff', 'fleet', 'owner', 'regulator', 'maintenance', 'service']);
export type Role = z.infer<typeof role>;

/** Roles of people. */
export const userRole = role.exclude(['service']);
export type UserRole = z.infer<typeof userRole>;

export const organisationKind = z.enum(['operator', 'fleet', 'owner', 'regulator']);
export type OrganisationKind = z.infer<typeof organisationKind>;

/** An organisation's id as it stands in lists: a slug such as `blue-taxi`. */
export const organisationId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be an organisation id such as blue-taxi');
