import { type SQL, sql } from 'drizzle-orm';
import { webhookEvents } from '../../schema/tables/webhooks.ts';
import type { WebhookEventType } from '../../schema/wire/api/webhook.ts';

export interface Announcement {
  type: WebhookEventType;
  /** Where the rows come from: a part of the statement, or a table; what follows names its columns. */
  from: SQL;
  /** What happened to what, such as `reservation r-1 4`: the same is never announced twice. */
  once: SQL;
  /** Path of what it happened at, such as `/api/v1/stations/bj-001`. */
  source: SQL;
  /** Id of what it happened to. */
  subject: SQL;
  /** The organisation that is told besides the operator; null: nobody else. */
  audience: SQL;
  /** A jsonb object. */
  data: SQL;
}

/**
 * A part of a statement that writes what it does into the outbox, a row for each of `from`: the event is there exactly when its cause is.
 * What the engine does is announced by triggers on `swaps` and `incidents`.
 */
export const announce = ({ type, from, once, source, subject, audience, data }: Announcement): SQL => sql`
  insert into ${webhookEvents} (id, type, source, subject, time, audience, data)
  select webhook_event_id(${once}), ${type}, ${source}, ${subject}, now(), ${audience}, ${data}
  from ${from} where webhooks_are_wanted() on conflict (id) do nothing returning id`;
