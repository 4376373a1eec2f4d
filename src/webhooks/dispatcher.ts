import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '../../schema/wire/api/webhook.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import {
  type Claim,
  claimDeliveries,
  forgetDeliveries,
  markDelivered,
  markFailed,
  putBack,
  spreadEvents,
} from './deliveries.ts';
import { noWebhookMetrics, type WebhookMetrics } from './metrics.ts';
import { retryDelayMs, webhookRules as rules } from './rules.ts';
import { type Answered, sendMessage } from './send.ts';
import { signedHeaders } from './signature.ts';
import type { WebhookReach } from './targets.ts';

export interface DispatcherOptions {
  db: Database;
  reach: WebhookReach;
  log: Log;
  metrics?: WebhookMetrics;
  pollMs?: number;
  timeoutMs?: number;
  /** Wall clock, ms. */
  now?: () => number;
  random?: () => number;
  /** Wait after the nth failure. */
  retryMs?: (attempts: number, random: () => number) => number;
}

export interface Dispatcher {
  /** Lets what is under way come to its end, for a moment. */
  stop(): Promise<void>;
}

const forgetEveryMs = 600_000;
const graceMs = 1_000;

export const bodyOf = ({ event, type, source, subject, time, data }: Claim): string =>
  JSON.stringify({
    specversion: '1.0',
    id: event,
    source,
    type,
    subject,
    time,
    datacontenttype: 'application/json',
    data,
  } satisfies CloudEvent);

/** Sends what the outbox holds. Any number of processes may: each takes rows that no other has. */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, log, pollMs = 500, now = Date.now } = options;
  const stopping = new AbortController();
  const breaking = new AbortController();
  const busy = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let forgetAt = now() + forgetEveryMs;
  let wake = () => {};

  const begin = (claim: Claim): void => {
    busy.set(claim.endpoint, (busy.get(claim.endpoint) ?? 0) + 1);
    const done = deliver(options, claim, breaking.signal)
      // It is tried again when the claim has run out.
      .catch((error) => log.warn({ err: error, event: claim.event, endpoint: claim.endpoint }, 'webhook not marked'))
      .finally(() => {
        underWay.delete(done);
        const left = (busy.get(claim.endpoint) ?? 1) - 1;
        if (left > 0) busy.set(claim.endpoint, left);
        else busy.delete(claim.endpoint);
        wake();
      });
    underWay.add(done);
  };

  const round = async (): Promise<void> => {
    const spread = await spreadEvents(db);
    const full = [...busy].flatMap(([endpoint, n]) => (n >= rules.atOncePerEndpoint ? [endpoint] : []));
    const most = rules.atOnce - underWay.size;
    const claims = most > 0 ? await claimDeliveries(db, { most, busy: full }) : [];
    for (const claim of claims) begin(claim);
    if (now() > forgetAt) {
      forgetAt = now() + ((await forgetDeliveries(db)) > 0 ? 1_000 : forgetEveryMs);
    }
    if (spread > 0 && claims.length > 0) wake();
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const woken = new AbortController();
      let again = false;
      wake = () => {
        again = true;
        woken.abort();
      };
      try {
        await round();
      } catch (error) {
        log.warn({ err: error }, 'the outbox of webhooks could not be read');
      }
      if (!again) {
        const until = AbortSignal.any([woken.signal, stopping.signal]);
        await sleep(pollMs, undefined, { signal: until }).catch(() => {});
      }
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await running;
      const patience = new AbortController();
      await Promise.race([
        Promise.all(underWay),
        sleep(graceMs, undefined, { signal: patience.signal }).catch(() => {}),
      ]);
      patience.abort();
      breaking.abort();
      await Promise.all(underWay);
    },
  };
}

async function deliver(options: DispatcherOptions, claim: Claim, broken: AbortSignal): Promise<void> {
  const { db, reach, log, now = Date.now, random = Math.random, timeoutMs = rules.timeoutMs } = options;
  const { retryMs = retryDelayMs, metrics = noWebhookMetrics } = options;
  const startedAt = now();
  const answered = await sendMessage(messageOf(claim, startedAt), { reach, timeoutMs, signal: broken });
  const { status, error } = answered;
  const attempt = {
    at: new Date(startedAt).toISOString(),
    ms: Math.max(0, Math.round(now() - startedAt)),
    status,
    error,
  };
  if (error === null) {
    metrics.attempted('delivered');
    return markDelivered(db, claim, attempt);
  }
  if (status === null && broken.aborted) return putBack(db, claim);
  metrics.attempted(status === null ? 'unanswered' : 'refused');
  const retryAfterMs = Math.max(retryMs(claim.attempts, random), answered.retryAfterMs ?? 0);
  if (await markFailed(db, claim, { attempt, retryAfterMs, gone: isGone(answered) })) {
    metrics.disabled();
    log.warn({ endpoint: claim.endpoint, error }, 'a webhook endpoint was disabled');
  }
}

const isGone = ({ status }: Answered): boolean => status === 410;

function messageOf(claim: Claim, atMs: number) {
  const body = bodyOf(claim);
  return {
    url: claim.url,
    body,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Pitlane-Webhooks/1',
      ...signedHeaders(claim.secrets, { id: claim.event, timestampS: Math.floor(atMs / 1000), body }),
    },
  };
}
