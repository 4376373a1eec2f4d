import { z } from 'zod';
import { readCode, safeText, slotNumber, stationId } from '../ids.ts';
import { packStatus, placeKind } from './battery.ts';
import { orNull, utcInstant } from './common.ts';
import { whyText } from './movement.ts';

/** What packs can be counted by. */
export const countKey = z.enum(['place', 'station', 'status', 'model', 'owner']);
export type CountKey = z.infer<typeof countKey>;

/** One group: the members named in `by`, and how many packs it has. */
export const packCount = z
  .object({
    place: placeKind.optional(),
    /** Null: in no station. A pack in a car is in none. */
    station: orNull(stationId).optional(),
    status: packStatus.optional(),
    model: z.string().optional(),
    owner: orNull(z.string()).optional(),
    packs: z.int(),
  })
  .meta({ id: 'PackCount' });

export const inventoryCounts = z
  .object({
    /** The instant the counts are of; null: now. */
    at: orNull(utcInstant),
    basis: z.enum(['recorded', 'occurred']),
    by: z.array(countKey),
    /** Every pack the ledger knew then; what the groups add up to. */
    total: z.int(),
    counts: z.array(packCount),
  })
  .meta({ id: 'InventoryCounts' });
export type InventoryCounts = z.infer<typeof inventoryCounts>;

const slotSeen = z.strictObject({
  slot: slotNumber,
  /** Null: empty; `unreadable`: a pack whose code nobody can read. */
  pack: readCode.nullable(),
});

export const stockTakeBody = z
  .strictObject({
    slots: z
      .array(slotSeen)
      .min(1)
      .max(200)
      .refine((all) => new Set(all.map(({ slot }) => slot)).size === all.length, 'must name each slot once'),
    at: z.iso.datetime({ offset: true }).optional().meta({ description: 'When it was seen; now when left out.' }),
    note: safeText(200).optional(),
  })
  .meta({
    id: 'StockTakeRequest',
    examples: [
      {
        slots: [
          { slot: 1, pack: 'PLNPE50VC4SD0SE1R0000007' },
          { slot: 2, pack: null },
        ],
        note: 'night shift',
      },
    ],
  });
export type StockTakeBody = z.infer<typeof stockTakeBody>;

export const stockTake = z
  .object({
    id: z.int(),
    station: stationId,
    by: z.string(),
    note: orNull(z.string()),
    takenAt: utcInstant,
    recordedAt: utcInstant,
    seen: z.array(z.object({ slot: z.int(), pack: orNull(z.string()) })),
    /** Each has an incident `stocktake/slot/<n>`. A slot where something has moved since is not compared. */
    differences: z.array(z.object({ slot: z.int(), pack: orNull(z.string()), ledger: orNull(z.string()) })),
    eventN: z.int(),
  })
  .meta({ id: 'StockTake' });
export type StockTake = z.infer<typeof stockTake>;

export const workOrderState = z.enum(['open', 'assigned', 'closed']);

export const workOrder = z
  .object({
    id: z.int(),
    kind: z.enum(['removePack']),
    station: stationId,
    slot: slotNumber,
    pack: z.string(),
    reason: z.string(),
    state: workOrderState,
    assignee: orNull(z.string()),
    assignedBy: orNull(z.string()),
    assignedAt: orNull(utcInstant),
    openedAt: utcInstant,
    closedAt: orNull(utcInstant),
    /** Null on a closed one: it closed by itself. */
    closedBy: orNull(z.string()),
    closedNote: orNull(z.string()),
    edition: z.int(),
  })
  .meta({ id: 'WorkOrder' });
export type WorkOrder = z.infer<typeof workOrder>;

export const assignBody = z
  .strictObject({ assignee: safeText(80).min(1) })
  .meta({ id: 'AssignRequest', examples: [{ assignee: 'Wang, night shift' }] });
export const closeOrderBody = z
  .strictObject({ note: whyText })
  .meta({ id: 'CloseOrderRequest', examples: [{ note: 'taken to the workshop by truck' }] });
