import { sql } from 'drizzle-orm';
import { Counter, Gauge, type Registry } from 'prom-client';
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../schema/tables/webhooks.ts';
import type { Database } from '../db/client.ts';

/** `refused`: an answer that was no 2xx. `unanswered`: none came. */
export type AttemptOutcome = 'delivered' | 'refused' | 'unanswered';

export interface WebhookMetrics {
  attempted(outcome: AttemptOutcome): void;
  disabled(): void;
}

export const noWebhookMetrics: WebhookMetrics = { attempted: () => {}, disabled: () => {} };

/** More is not counted: the alert has long come, and a scrape costs little whatever waits. */
const mostCounted = 10_000;

/** Counts what this process sends, and reads at each scrape what waits in the outbox of all. */
export function createWebhookMetrics(registry: Registry, db: Database): WebhookMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'pitlane_webhook_attempts_total',
    help: 'Messages sent to webhook endpoints, by outcome.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const disabled = new Counter({
    name: 'pitlane_webhook_endpoints_disabled_total',
    help: 'Webhook endpoints that this process has disabled because they failed for too long.',
    registers,
  });
  let reading: Promise<Queue | null> | null = null;
  /** One look for all gauges of a scrape. Without the database the last figures stay, and all others are served all the same. */
  const look = () => {
    reading ??= readQueue(db)
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const gauge = (name: string, help: string, of: (queue: Queue) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const queue = await look();
        if (queue !== null) this.set(of(queue));
      },
    });
  gauge('pitlane_webhook_pending', 'Webhook messages that wait to be sent, 10,000 at most.', ({ pending }) => pending);
  gauge('pitlane_webhook_oldest_seconds', 'Age of the oldest webhook message that waits.', ({ oldestS }) => oldestS);
  gauge('pitlane_webhook_endpoints_disabled', 'Webhook endpoints that are disabled.', ({ disabled: off }) => off);
  return {
    attempted: (outcome) => attempts.inc({ outcome }),
    disabled: () => disabled.inc(),
  };
}

interface Queue extends Record<string, unknown> {
  pending: number;
  oldestS: number;
  disabled: number;
}

/** Events that nobody has spread yet count as one message each. What a disabled endpoint has waiting is not under way. */
async function readQueue(db: Database): Promise<Queue | null> {
  const [row] = await db.execute<Queue>(sql`
    with waiting as (
      select d.at from ${webhookEndpoints} w cross join lateral (
        select d.created_at as at from ${webhookDeliveries} d where d.endpoint = w.id and d.state = 'pending' limit ${mostCounted}) d
      where w.disabled_at is null
      union all (select v.recorded_at from ${webhookEvents} v where v.spread_at is null order by v.recorded_at limit ${mostCounted}))
    select least(count(*), ${mostCounted})::int as pending,
      coalesce(greatest(0, extract(epoch from clock_timestamp() - min(at))), 0)::float8 as "oldestS",
      (select count(*)::int from ${webhookEndpoints} w where w.disabled_at is not null) as disabled from waiting`);
  return row ?? null;
}
