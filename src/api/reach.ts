import type { Role } from '../../schema/wire/api/access.ts';

/**
 * How far a caller sees: everything of this kind; what belongs to its organisation (a fleet's cars with their packs, swaps and bills; an owner's
 * packs); what is at its stations; itself.
 */
export const reaches = ['all', 'own', 'stations', 'self'] as const;
export type Reach = (typeof reaches)[number];

type Bounds = Partial<Record<Role, Exclude<Reach, 'all'>>>;

const bySite: Bounds = { staff: 'stations', maintenance: 'stations' };
const byFleet: Bounds = { fleet: 'own' };
const byOwner: Bounds = { owner: 'own' };
const byParty: Bounds = { ...byFleet, ...byOwner };
const byPerson: Bounds = {
  admin: 'self',
  operations: 'self',
  staff: 'self',
  fleet: 'self',
  owner: 'self',
  regulator: 'self',
  maintenance: 'self',
  service: 'self',
};
const nobody: Bounds = {};

/**
 * Whose things stand under a path, by its first word: which roles are bound there, and by what. A role that is not named sees all. Shown on each
 * route of the OpenAPI document as `x-tenancy`; a test holds it against what the routes do (the access walk) and fails on a word that is missing.
 */
const boundsOf: Readonly<Record<string, Bounds>> = {
  session: byPerson,
  sessions: byPerson,
  users: nobody,
  organisations: byParty,
  keys: byParty,
  webhooks: { ...byParty, service: 'own' },

  stations: bySite,
  events: bySite,
  alarms: bySite,
  incidents: bySite,
  'dead-letters': bySite,
  commands: bySite,
  audit: bySite,
  'audit-log': bySite,
  acts: byParty,
  'work-orders': bySite,
  swaps: { ...bySite, ...byFleet },
  vehicles: { ...bySite, ...byFleet },
  reservations: { ...bySite, ...byFleet },
  stream: { ...bySite, ...byFleet },
  batteries: { ...bySite, ...byParty },
  movements: { ...bySite, ...byParty },
  inventory: { ...bySite, ...byParty },
  imports: byFleet,

  receipts: byFleet,
  leases: byParty,
  plans: byOwner,
  owners: byOwner,
  statements: byParty,
  disputes: byFleet,
  notes: byFleet,
  payments: byFleet,
  gradings: byOwner,
  traceability: byOwner,
  'second-life-sites': byOwner,
  'second-life-assets': byOwner,
  'second-life-alarms': nobody,
  recyclings: byOwner,

  'battery-models': nobody,
  tariffs: nobody,
  'grading-policies': nobody,
  'retirement-policies': nobody,
  ledger: nobody,
  'energy-losses': nobody,
  'follow-ups': nobody,
  metrics: nobody,
};

/** Each role of a route with how far it sees there; null: nobody has said whose things these are. */
export function tenancyOf(path: string, roles: readonly Role[]): Partial<Record<Role, Reach>> | null {
  const bounds = boundsOf[/^\/(?:api\/v1\/)?([a-z-]+)/.exec(path)?.[1] ?? ''];
  return bounds === undefined ? null : Object.fromEntries(roles.map((role) => [role, bounds[role] ?? 'all']));
}

const words: Readonly<Record<Reach, string>> = {
  all: '',
  own: ' (what is its own)',
  stations: ' (what is at its stations)',
  self: ' (of itself)',
};

/** The same as a sentence: `For: admin, operations; fleet (what is its own).` */
export function tenancyText(tenancy: Partial<Record<Role, Reach>>): string {
  const named = reaches.flatMap((reach) => {
    const roles = Object.entries(tenancy).flatMap(([role, own]) => (own === reach ? [role] : []));
    return roles.length === 0 ? [] : [`${roles.join(', ')}${words[reach]}`];
  });
  return `For: ${named.join('; ')}.`;
}
