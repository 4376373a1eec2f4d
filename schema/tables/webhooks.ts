import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CloudEvent, WebhookEventType } from '../wire/api/webhook.ts';
import { instant, json } from './columns.ts';

/** Where an organisation wants to be told of what concerns it. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    /** `w-` and 16 hex digits. */
    id: text().primaryKey(),
    /** Whose it is; null: the operator's, which is told of everything. */
    organisation: text(),
    url: text().notNull(),
    description: text().notNull().default(''),
    /** Types it wants; empty: all. */
    types: text().array().$type<WebhookEventType[]>().notNull().default([]),
    /** `whsec_…`. In the clear, because each message is signed with it. */
    secret: text().notNull(),
    /** Signs too until then, so that a receiver may change over without a gap. */
    previousSecret: text(),
    previousUntil: instant(),
    disabledAt: instant(),
    /** Key, user, or `service` when it had failed for too long. */
    disabledBy: text(),
    disabledReason: text(),
    /** First failure since the last success. */
    failingSince: instant(),
    lastSuccessAt: instant(),
    createdAt: instant().notNull().defaultNow(),
    createdBy: text().notNull(),
    /** Rises with each change by a person; the ETag. */
    edition: integer().notNull().default(1),
  },
  (t) => [index('webhook_endpoints_by_organisation').on(t.organisation, t.id)],
);

/** The outbox: what happened, written by the statement (or by a trigger on the row) that made it happen. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    /** `evt_` and a hash of what happened to what: the same event is never there twice. */
    id: text().primaryKey(),
    type: text().$type<WebhookEventType>().notNull(),
    source: text().notNull(),
    subject: text().notNull(),
    time: instant().notNull(),
    /** The organisation it concerns, which is told besides the operator; null: the operator alone. */
    audience: text(),
    data: json<CloudEvent['data']>().notNull(),
    recordedAt: instant().notNull().defaultNow(),
    /** The deliveries were made; null: not yet. */
    spreadAt: instant(),
  },
  (t) => [
    index('webhook_events_to_spread').on(t.recordedAt).where(sql`${t.spreadAt} is null`),
    index('webhook_events_recorded').on(t.recordedAt),
  ],
);

export const deliveryStates = ['pending', 'delivered', 'failed', 'cancelled'] as const;

export interface DeliveryAttempt {
  at: string;
  ms: number;
  /** HTTP status; null: there was no answer. */
  status: number | null;
  error: string | null;
}

/** One event on its way to one endpoint. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    endpoint: text().notNull(),
    event: text().notNull(),
    type: text().$type<WebhookEventType>().notNull(),
    state: text({ enum: deliveryStates }).notNull().default('pending'),
    /** Rises when an attempt begins; whoever ends an attempt names its number. */
    attempts: integer().notNull().default(0),
    /** When to try next. While an attempt runs: when it is taken for lost. */
    nextAt: instant().notNull().defaultNow(),
    giveUpAt: instant().notNull(),
    /** The last attempts, the newest last. */
    log: json<DeliveryAttempt[]>().notNull().default([]),
    createdAt: instant().notNull().defaultNow(),
    endedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.endpoint, t.event] }),
    index('webhook_deliveries_due').on(t.endpoint, t.nextAt).where(sql`${t.state} = 'pending'`),
    index('webhook_deliveries_by_time').on(t.endpoint, t.createdAt, t.event),
    index('webhook_deliveries_created').on(t.createdAt),
    check('webhook_deliveries_state', sql`${t.state} in ('pending','delivered','failed','cancelled')`),
  ],
);
