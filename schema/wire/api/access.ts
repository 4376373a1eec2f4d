import { z } from 'zod';

/**
 * What a key may do. admin: everything; staff: sees everything and acts on bays; fleet: swaps and packs; regulator: sees everything
 * but the machinery, changes nothing; service: another program, sees what it needs to follow the stations.
 */
export const role = z.enum(['admin', 'staff', 'fleet', 'regulator', 'service']);
export type Role = z.infer<typeof role>;
