import { z } from 'zod';
import { safeText } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

/** What endpoints are told of. Closed; a changed form of `data` is a new version with a new name. */
export const webhookEventType = z.enum([
  'pitlane.reservation.promised.v1',
  'pitlane.reservation.changed.v1',
  'pitlane.reservation.replanned.v1',
  'pitlane.reservation.lost.v1',
  'pitlane.reservation.due.v1',
  'pitlane.reservation.kept.v1',
  'pitlane.reservation.broken.v1',
  'pitlane.reservation.noShow.v1',
  'pitlane.reservation.cancelled.v1',
  'pitlane.swap.completed.v1',
  'pitlane.swap.rolledBack.v1',
  'pitlane.swap.refused.v1',
  'pitlane.battery.swapped.v1',
  'pitlane.incident.opened.v1',
  'pitlane.dispute.opened.v1',
  'pitlane.dispute.resolved.v1',
  'pitlane.webhook.disabled.v1',
  'pitlane.webhook.test.v1',
]);
export type WebhookEventType = z.infer<typeof webhookEventType>;

/** CloudEvents 1.0 in structured JSON: the body of every message (`application/cloudevents+json`). */
export const cloudEvent = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'The same each time the event is sent; also in `webhook-id`.' }),
    type: webhookEventType,
    source: z.string().meta({ description: 'Path of what it happened at.' }),
    subject: z.string().meta({ description: 'Id of what it happened to.' }),
    time: utcInstant,
    datacontenttype: z.literal('application/json'),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof cloudEvent>;

export const webhookId = z
  .string()
  .regex(/^w-[0-9a-f]{16}$/, 'must be the id of an endpoint')
  .meta({ examples: ['w-4be0643f1d98573b'] });
export const webhookEventId = z
  .string()
  .regex(/^evt_[0-9a-f]{32}$/, 'must be the id of an event')
  .meta({ examples: ['evt_9d1c7c8e0f2a4b6d8e0f2a4b6d8e0f2a'] });

const url = z
  .string()
  .max(500)
  .refine((text) => {
    const parsed = URL.canParse(text) ? new URL(text) : null;
    return parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password;
  }, 'must be an http or https URL without a name or password in it')
  .meta({
    description: 'https; plain http only where the service allows it.',
    examples: ['https://fleet.example.com/hooks/pitlane'],
  });
const types = z
  .array(webhookEventType)
  .max(32)
  .meta({
    description: 'Types it wants; empty: all.',
    examples: [['pitlane.reservation.lost.v1', 'pitlane.swap.completed.v1']],
  });
const description = safeText(200).trim();
const organisation = z.string().min(1).max(64);

export const newWebhook = z
  .strictObject({
    url,
    types: types.default([]),
    description: description.default(''),
    organisation: organisation
      .optional()
      .meta({ description: 'Whose; for admin and operations, without it the operator. Others have their own only.' }),
  })
  .meta({ id: 'NewWebhook' });

export const webhookChange = z
  .strictObject({
    url: url.optional(),
    types: types.optional(),
    description: description.optional(),
    enabled: z.boolean().optional().meta({ description: 'What happens while it is disabled is not sent later.' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'WebhookChange', examples: [{ description: 'dispatch, by night too' }] });

export const webhook = z
  .object({
    id: webhookId,
    /** Null: the operator. */
    organisation: orNull(z.string()),
    url: z.string(),
    description: z.string(),
    types: z.array(webhookEventType),
    enabled: z.boolean(),
    disabledAt: orNull(utcInstant),
    /** Key, user, or `service` after days of failures. */
    disabledBy: orNull(z.string()),
    disabledReason: orNull(z.string()),
    /** First failure since the last success. */
    failingSince: orNull(utcInstant),
    lastSuccessAt: orNull(utcInstant),
    createdAt: utcInstant,
    createdBy: z.string(),
    edition: z.int(),
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhook>;
export type WebhookChange = z.output<typeof webhookChange>;

export const webhookWithSecret = webhook
  .extend({
    secret: z.string().meta({ description: 'To verify signatures with. Shown this once.', examples: ['whsec_…'] }),
  })
  .meta({ id: 'WebhookWithSecret' });

export const webhookDeliveryState = z.enum(['pending', 'delivered', 'failed', 'cancelled']);

export const webhookDelivery = z
  .object({
    /** Of the event; `webhook-id` of the message. */
    event: webhookEventId,
    type: webhookEventType,
    state: webhookDeliveryState,
    attempts: z.int(),
    nextAt: orNull(utcInstant),
    giveUpAt: utcInstant,
    createdAt: utcInstant,
    endedAt: orNull(utcInstant),
    /** The last attempts, the newest last. */
    log: z.array(z.object({ at: utcInstant, ms: z.int(), status: orNull(z.int()), error: orNull(z.string()) })),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof webhookDelivery>;
