import type { UserRole } from '../../../../../schema/wire/api/access.ts';
import { type Battery, statusByHand } from '../../../../../schema/wire/api/battery.ts';

type PackStatus = Battery['status'];

/** Why nothing can be done with a pack at this moment; null: something may. */
export type Hindrance = 'machines' | 'reserved' | 'recycled' | 'works';

interface PackFacts {
  pack: Pick<Battery, 'status' | 'reservedBy' | 'place'>;
  /** Of the asset it works as; null: it is none. */
  assetState: string | null;
}

export function hindranceOf({ pack, assetState }: PackFacts): Hindrance | null {
  if (pack.status === 'recycled') return 'recycled';
  if (pack.place?.kind === 'berth' || pack.place?.kind === 'lift') return 'machines';
  if (pack.reservedBy !== null) return 'reserved';
  return assetState === 'commissioned' ? 'works' : null;
}

const mayChange: readonly UserRole[] = ['admin', 'operations', 'maintenance'];
const mayMove: readonly UserRole[] = ['admin', 'operations', 'staff', 'maintenance'];

/** What a role may make of a pack by its word; the service knows no others. */
export const statusesFor = (role: string, status: PackStatus): readonly PackStatus[] =>
  mayChange.some((each) => each === role) ? statusByHand[status] : [];

export const targets = ['slot', 'isolation', 'vehicle', 'truck', 'workshop', 'delivery', 'secondLifeSite'] as const;
export type Target = (typeof targets)[number];

const working: ReadonlySet<PackStatus> = new Set(['inService', 'quarantined', 'resting']);

/** Where a person may take a pack. To a recycler it goes by weight and receipt alone. */
export function targetsFor(role: string, status: PackStatus): readonly Target[] {
  if (!mayMove.some((each) => each === role) || status === 'recycled') return [];
  return targets.filter((target) => {
    if (target === 'slot') return working.has(status);
    if (target === 'vehicle') return status === 'inService';
    return target !== 'secondLifeSite' || !working.has(status);
  });
}
