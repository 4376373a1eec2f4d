import { bayId } from '../../../schema/wire/ids.ts';
import type { EventRow } from '../commit/rows.ts';
import { cascadeCodesIn } from './codes.ts';
import type { Draft } from './draft.ts';
import { foldEffects } from './effects.ts';

/**
 * A station names packs by their original codes alone. Where one reads the code of a product of a second life, such a pack has come back: what it
 * said is not used, so nothing is opened for it, and somebody has to look.
 */
export function noteSecondLife(draft: Draft, body: unknown, event: EventRow): void {
  const bay = body !== null && typeof body === 'object' && 'bay' in body ? String(body.bay) : null;
  const incidents = [...cascadeCodesIn(body)].map((code) => ({
    kind: 'openIncident' as const,
    key: `status/${code}`,
    code: 'packNotForService' as const,
    bay: bay !== null && bayId.safeParse(bay).success ? bay : null,
    swap: null,
    packs: [code],
    detail: `${event.type} names ${code}, the code of a product of a second life: it has no business at a station`,
  }));
  foldEffects(draft, incidents, event, 0);
}
