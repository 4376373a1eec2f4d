import { z } from 'zod';
import { packCode, safeText, slotNumber, stationId, vin } from '../ids.ts';
import { custodyMove } from './battery.ts';
import { utcInstant } from './common.ts';

/** Why it is done: kept beside who did it. */
export const whyText = safeText(200).refine(
  (text) => text.trim().length >= 3,
  'must say why, in at least 3 characters',
);

const outsideKinds = ['truck', 'workshop', 'delivery', 'secondLifeSite', 'recycler'] as const;

/** Where a person has taken a pack. Berths and lifts are the machines' alone. */
export const movementTarget = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('slot'), station: stationId, slot: slotNumber }),
    z.strictObject({ kind: z.literal('isolation'), station: stationId, box: z.int().min(1).max(9) }),
    z.strictObject({ kind: z.literal('vehicle'), vin }),
    z.strictObject({
      kind: z.enum(outsideKinds),
      name: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,40}$/)
        .optional()
        .meta({ description: 'Which one, as a plate or a site.', examples: ['A-12345'] }),
    }),
  ])
  .meta({ id: 'MovementTarget' });
export type MovementTarget = z.infer<typeof movementTarget>;

export const movementBody = z
  .strictObject({
    pack: packCode,
    to: movementTarget,
    reason: whyText,
    from: z
      .string()
      .max(80)
      .regex(/^[A-Za-z0-9/._-]+$/, 'must be a place such as bj-001/slot/17')
      .optional()
      .meta({
        description: 'Where you take it from. When the ledger has it elsewhere: 409 with the place in `current`.',
      }),
    at: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'When it was done; now when left out. Not before the last move of the pack.' }),
  })
  .meta({
    id: 'MovementRequest',
    examples: [
      {
        pack: 'PLNPE50VC4SD0SE1R0000007',
        from: 'bj-001/slot/17',
        to: { kind: 'workshop', name: 'fengtai' },
        reason: 'cell spread above 60 mV',
      },
    ],
  });
export type MovementBody = z.infer<typeof movementBody>;

export const movement = custodyMove.extend({ pack: packCode, recordedAt: utcInstant }).meta({ id: 'Movement' });
export type Movement = z.infer<typeof movement>;
