/** Roles that see the second life of packs; an owner sees that of its own. */
export const viewers = ['admin', 'operations', 'staff', 'owner', 'regulator', 'maintenance', 'service'] as const;
