import { type SQL, sql } from 'drizzle-orm';
import { organisations } from '../../schema/tables/organisations.ts';
import {
  type DeliveryAttempt,
  webhookDeliveries,
  webhookEndpoints,
  webhookEvents,
} from '../../schema/tables/webhooks.ts';
import type { CloudEvent } from '../../schema/wire/api/webhook.ts';
import type { Database } from '../db/client.ts';
import { announce } from './outbox.ts';
import { webhookRules as rules } from './rules.ts';

const atOnce = 200;
const after = (ms: number): SQL => sql`now() + make_interval(secs => ${ms / 1000}::float8)`;

/**
 * Makes a delivery of each new event for each endpoint it concerns. Rows are claimed as they are (`skip locked`), so any number of
 * processes may do it, and an event that commits late is found like any other. Gives how many events.
 */
export async function spreadEvents(db: Database): Promise<number> {
  const [row] = await db.execute<{ spread: number }>(sql`
    with fresh as (
      select v.id, v.type, v.audience from ${webhookEvents} v where v.spread_at is null order by v.recorded_at limit ${atOnce}
      for update skip locked),
    made as (
      insert into ${webhookDeliveries} (endpoint, event, type, give_up_at)
      select w.id, e.id, e.type, ${after(rules.giveUpAfterMs)}
      from fresh e cross join ${webhookEndpoints} w left join ${organisations} o on o.id = w.organisation
      where w.disabled_at is null and (cardinality(w.types) = 0 or e.type = any(w.types))
        and (w.organisation is null or o.kind = 'operator' or w.organisation = e.audience)
      on conflict do nothing),
    done as (update ${webhookEvents} v set spread_at = now() from fresh where v.id = fresh.id returning v.id)
    select count(*)::int as spread from done`);
  return row?.spread ?? 0;
}

/** A message to be sent, and the number of the attempt. */
export interface Claim {
  endpoint: string;
  attempts: number;
  url: string;
  secrets: string[];
  event: string;
  type: CloudEvent['type'];
  source: string;
  subject: string;
  time: string;
  data: CloudEvent['data'];
}

interface ClaimRow extends Claim, Record<string, unknown> {}

/**
 * Takes deliveries that are due. Taking one counts as an attempt and puts off the next, so a worker that dies in the middle leaves a delivery
 * that another takes later: it is sent again, under the same id.
 */
export async function claimDeliveries(
  db: Database,
  { most, busy }: { most: number; busy: readonly string[] },
): Promise<Claim[]> {
  return db.execute<ClaimRow>(sql`
    with due as (
      select x.endpoint, x.event from ${webhookEndpoints} w cross join lateral (
        select d.endpoint, d.event from ${webhookDeliveries} d
        where d.endpoint = w.id and d.state = 'pending' and d.next_at <= now() order by d.next_at limit ${rules.atOncePerEndpoint}
        for update skip locked) x
      where w.disabled_at is null and w.id <> all(${sql.param([...busy])}::text[]) limit ${most}),
    taken as (
      update ${webhookDeliveries} d set attempts = d.attempts + 1, next_at = ${after(rules.lostAfterMs)}
      from due where d.endpoint = due.endpoint and d.event = due.event returning d.endpoint, d.event, d.attempts)
    select t.endpoint, t.attempts, w.url, v.id as event, v.type, v.source, v.subject, iso_utc(v.time) as time, v.data,
      array_remove(array[w.secret, case when w.previous_until > now() then w.previous_secret end], null) as secrets
    from taken t join ${webhookEndpoints} w on w.id = t.endpoint join ${webhookEvents} v on v.id = t.event`);
}

const mostLogged = 20;

const logged = (attempt: DeliveryAttempt): SQL =>
  sql`(case when jsonb_array_length(d.log) >= ${mostLogged} then d.log - 0 else d.log end) || ${JSON.stringify([attempt])}::text::jsonb`;

/** Of an attempt that another has overtaken nothing is written. */
const stillMine = ({ endpoint, event, attempts }: Claim): SQL =>
  sql`d.endpoint = ${endpoint} and d.event = ${event} and d.attempts = ${attempts} and d.state = 'pending'`;

export async function markDelivered(db: Database, claim: Claim, attempt: DeliveryAttempt): Promise<void> {
  await db.execute(sql`
    with d as (
      update ${webhookDeliveries} d set state = 'delivered', ended_at = now(), log = ${logged(attempt)} where ${stillMine(claim)}
      returning d.endpoint)
    update ${webhookEndpoints} w set failing_since = null, last_success_at = now() from d
    where w.id = d.endpoint and (w.failing_since is not null or w.last_success_at is null or w.last_success_at < now() - interval '10 seconds')`);
}

export interface Failure {
  attempt: DeliveryAttempt;
  retryAfterMs: number;
  /** The receiver says that there will never be anything (410). */
  gone: boolean;
}

/** Gives whether the endpoint was disabled for it. Its organisation's other endpoints, and the operator's, are told in the same statement. */
export async function markFailed(db: Database, claim: Claim, failure: Failure): Promise<boolean> {
  const { attempt, retryAfterMs, gone } = failure;
  const next = after(retryAfterMs);
  const tooLong = sql`(${gone} or w.failing_since < now() - make_interval(secs => ${rules.disableAfterMs / 1000}::float8))`;
  const reason = gone ? 'the receiver answered 410 Gone' : 'nothing was delivered for days';
  const [row] = await db.execute<{ disabled: boolean }>(sql`
    with d as (
      update ${webhookDeliveries} d set log = ${logged(attempt)}, next_at = ${next},
        state = case when ${next} > d.give_up_at then 'failed' else 'pending' end, ended_at = case when ${next} > d.give_up_at then now() end
      where ${stillMine(claim)} returning d.endpoint),
    failing as (
      update ${webhookEndpoints} w set failing_since = coalesce(w.failing_since, now()),
        disabled_at = case when ${tooLong} then now() end, disabled_by = case when ${tooLong} then 'service' end,
        disabled_reason = case when ${tooLong} then ${reason} end, edition = w.edition + (case when ${tooLong} then 1 else 0 end)
      from d where w.id = d.endpoint and w.disabled_at is null and (w.failing_since is null or ${tooLong}) returning w.*),
    off as (select * from failing where disabled_at is not null),
    told as (${announce({
      type: 'pitlane.webhook.disabled.v1',
      from: sql`off`,
      once: sql`'webhook ' || off.id || ' ' || iso_utc(off.disabled_at)`,
      source: sql`'/api/v1/webhooks/' || off.id`,
      subject: sql`off.id`,
      audience: sql`off.organisation`,
      data: sql`jsonb_build_object('id', off.id, 'organisation', off.organisation, 'url', off.url, 'reason', off.disabled_reason)`,
    })})
    select exists (select from off) as disabled`);
  return row?.disabled ?? false;
}

/** An attempt that was broken off because this process stops is no failure: another may take it at once. */
export async function putBack(db: Database, claim: Claim): Promise<void> {
  await db.execute(sql`update ${webhookDeliveries} d set next_at = now() where ${stillMine(claim)}`);
}

/** Takes away what is older than the promise, some at a time. Gives how many rows. */
export async function forgetDeliveries(db: Database): Promise<number> {
  const old = sql`now() - make_interval(secs => ${rules.keptMs / 1000}::float8)`;
  const rows = await db.execute(sql`
    with log as (
      delete from ${webhookDeliveries} d where (d.endpoint, d.event) in (
        select o.endpoint, o.event from ${webhookDeliveries} o where o.created_at < ${old} and o.state <> 'pending'
        order by o.created_at limit 1000) returning d.event as id),
    events as (
      delete from ${webhookEvents} v where v.id in (
        select o.id from ${webhookEvents} o where o.recorded_at < ${old} and o.spread_at is not null
          and not exists (select from ${webhookDeliveries} d join ${webhookEndpoints} w on w.id = d.endpoint
            where d.endpoint = w.id and d.event = o.id and d.state = 'pending')
        order by o.recorded_at limit 1000) returning v.id)
    select id from log union all select id from events`);
  return rows.length;
}
