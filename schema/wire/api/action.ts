import { z } from 'zod';
import { packCode, safeText } from '../ids.ts';
import { stationPlace } from '../places.ts';

/** What a person may ask of a bay. The same closed set as the machines know; the compiler compares them. */
export const bayAction = z.enum([
  'hold',
  'resume',
  'abort',
  'confirm',
  'reset',
  'resolve',
  'isolate-pack',
  'maintenance',
  'return-to-service',
]);

export type BayActionName = z.infer<typeof bayAction>;

/** Why it is done: stands in the log beside the key that did it. */
const reason = safeText(200).refine((text) => text.trim().length >= 3, 'must say why, in at least 3 characters');

/** A place in the station, the car, or where a person has taken the pack. */
const confirmedPlace = z.union(
  [
    stationPlace,
    z
      .string()
      .regex(/^(?:unknown|vehicle\/[A-HJ-NPR-Z0-9]{17}|(?:truck|workshop|delivery)(?:\/[A-Za-z0-9._-]{1,40})?)$/),
  ],
  'must be a place such as slot/17, vehicle/<VIN>, workshop or unknown',
);

const resolution = z.strictObject({
  outcome: z.enum(['completed', 'rolled-back']),
  /** Every pack of the swap, at the place where a person has seen it. */
  packs: z.array(z.strictObject({ code: packCode, place: confirmedPlace })).max(8),
});

export const actionBody = z
  .strictObject({
    action: bayAction,
    reason,
    resolution: resolution.optional().meta({ description: 'Required by `resolve`, refused with any other action.' }),
    pack: packCode.optional().meta({ description: 'Required by `isolate-pack`, refused with any other action.' }),
  })
  .superRefine((body, context) => {
    const wants = { resolution: body.action === 'resolve', pack: body.action === 'isolate-pack' };
    for (const field of ['resolution', 'pack'] as const) {
      if (wants[field] === (body[field] !== undefined)) continue;
      const message = wants[field] ? `is required by ${body.action}` : `does not belong to ${body.action}`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  })
  .meta({ id: 'ActionRequest', examples: [{ action: 'hold', reason: 'oil on the floor' }] });

export const adoptBody = z
  .strictObject({
    journalId: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,36}$/, 'must be a journal id')
      .meta({ description: 'The `pendingJournalId` of the station, to be sure that no other is adopted.' }),
    reason,
  })
  .meta({
    id: 'AdoptRequest',
    examples: [{ journalId: 'j-9f2c', reason: 'controller replaced, order 4711' }],
  });

/** What a person found or did: stands in the log beside the key. */
export const noteBody = z
  .strictObject({ note: reason })
  .meta({ id: 'NoteRequest', examples: [{ note: 'pack found at the workshop' }] });
export const acknowledgeBody = z
  .strictObject({ note: reason.optional() })
  .meta({ id: 'AcknowledgeRequest', examples: [{ note: 'on my way' }] });

/** Who is to see to it: one of the station's people, or nobody. */
export const assignBody = z
  .strictObject({
    to: z.union([z.string().regex(/^user:u[0-9a-f]{12}$/), z.null()], 'must be the id of a person, or null'),
    note: reason.optional(),
  })
  .meta({ id: 'AssignPersonRequest', examples: [{ to: 'user:u562a95833159', note: 'is on the way anyway' }] });

export type ActionBody = z.infer<typeof actionBody>;
