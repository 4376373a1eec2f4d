import { and, asc, desc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../schema/tables/webhooks.ts';
import {
  type Webhook,
  type WebhookChange,
  type WebhookDelivery,
  type WebhookEventType,
  webhookEventId,
  webhookId,
} from '../../schema/wire/api/webhook.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import { ofOwnOrganisation, type Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { webhookRules as rules } from './rules.ts';

type Row = Record<string, unknown>;
interface Paging {
  limit: number;
  cursor?: string | undefined;
}

/** The operator's people manage all endpoints, others those of their organisation. */
const sees = (caller: Tenant): SQL | undefined => ofOwnOrganisation(caller, webhookEndpoints.organisation);

const endpointCursor = cursorCodec('webhooks', webhookId);

/** By id. Walks the key, or `webhook_endpoints_by_organisation`. */
export async function listEndpoints(
  db: Database,
  caller: Tenant,
  { organisation, enabled }: { organisation?: string | undefined; enabled?: boolean | undefined },
  page: Paging,
): Promise<Page<Webhook>> {
  const after = endpointCursor.decode(page.cursor);
  const off = webhookEndpoints.disabledAt;
  const rows = await db
    .select()
    .from(webhookEndpoints)
    .where(
      and(
        sees(caller),
        organisation === undefined ? undefined : eq(webhookEndpoints.organisation, organisation),
        enabled === undefined ? undefined : enabled ? isNull(off) : isNotNull(off),
        after === null ? undefined : gt(webhookEndpoints.id, after),
      ),
    )
    .orderBy(asc(webhookEndpoints.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => endpointCursor.encode(row.id), toWebhook);
}

export async function readEndpoint(db: Database, caller: Tenant, id: string): Promise<Webhook | null> {
  const [row] = await db
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), sees(caller)));
  return row ? toWebhook(row) : null;
}

export interface NewEndpoint {
  id: string;
  organisation: string | null;
  url: string;
  description: string;
  types: readonly WebhookEventType[];
  secret: string;
  by: string;
}

/** No row: the organisation has as many as it may. */
export const createEndpoint = (own: NewEndpoint): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        insert into ${webhookEndpoints} (id, organisation, url, description, types, secret, created_by)
        select ${own.id}, ${own.organisation}::text, ${own.url}, ${own.description}, ${sql.param([...own.types])}::text[], ${own.secret}, ${own.by}
        where (select count(*) from ${webhookEndpoints} w where w.organisation is not distinct from ${own.organisation}::text)
          < ${rules.endpointsPerOrganisation}
        returning *`,
    },
    result: shown(sql`made`),
  });

/** A row of the table without its secrets: results are stored with the answers to keyed requests. */
const shown = (from: SQL): SQL => sql`select to_jsonb(${from}) - 'secret' - 'previous_secret' as endpoint from ${from}`;

/** No row: there is no such endpoint of the caller's, or its edition is another. */
export function changeEndpoint(
  db: Database,
  caller: Tenant & { key: string },
  id: string,
  { url, types, description, enabled }: WebhookChange,
  expected: readonly number[] | null,
): Statement<Row> {
  const off = webhookEndpoints.disabledAt;
  const switched =
    enabled === undefined
      ? {}
      : enabled
        ? { disabledAt: null, disabledBy: null, disabledReason: null, failingSince: null }
        : {
            disabledAt: sql`coalesce(${off}, now())`,
            disabledBy: sql`case when ${off} is null then ${caller.key} else ${webhookEndpoints.disabledBy} end`,
          };
  const changed = db
    .update(webhookEndpoints)
    .set({ url, types, description, ...switched, edition: sql`${webhookEndpoints.edition} + 1` })
    .where(and(eq(webhookEndpoints.id, id), sees(caller), editionIs(webhookEndpoints.edition, expected)))
    .returning();
  return statement<Row>({ parts: { changed }, result: shown(sql`changed`) });
}

/** With it go its deliveries that are under way. No row: there is none, or its edition is another. */
export const deleteEndpoint = (caller: Tenant, id: string, expected: readonly number[] | null): Statement<Row> =>
  statement<Row>({
    parts: {
      gone: sql`
        delete from ${webhookEndpoints}
        where ${and(eq(webhookEndpoints.id, id), sees(caller), editionIs(webhookEndpoints.edition, expected))} returning id`,
      dropped: sql`
        update ${webhookDeliveries} d set state = 'cancelled', ended_at = now() from gone where d.endpoint = gone.id and d.state = 'pending'`,
    },
    result: sql`select id from gone`,
  });

/** Gives it another secret; the old one signs too for a while. */
export const rotateEndpointSecret = (caller: Tenant, id: string, secret: string): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        update ${webhookEndpoints} set previous_secret = secret, secret = ${secret}, edition = edition + 1,
          previous_until = now() + make_interval(secs => ${rules.secretOverlapMs / 1000}::float8)
        where ${and(eq(webhookEndpoints.id, id), sees(caller))} returning *`,
    },
    result: shown(sql`made`),
  });

const giveUpAt = sql`now() + make_interval(secs => ${rules.giveUpAfterMs / 1000}::float8)`;

/** An event for this endpoint alone. No row: it is disabled, or not there. */
export const testEndpoint = (caller: Tenant, id: string, what: string, by: string): Statement<Row> =>
  statement<Row>({
    parts: {
      target: sql`select id, organisation from ${webhookEndpoints} where ${and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.disabledAt), sees(caller))}`,
      told: sql`
        insert into ${webhookEvents} (id, type, source, subject, time, audience, data, spread_at)
        select webhook_event_id('test ' || ${what}), 'pitlane.webhook.test.v1', '/api/v1/webhooks/' || target.id, target.id, now(),
          target.organisation, jsonb_build_object('id', target.id, 'by', ${by}::text), now() from target returning id, type`,
      sent: sql`
        insert into ${webhookDeliveries} (endpoint, event, type, give_up_at)
        select target.id, told.id, told.type, ${giveUpAt} from target, told returning *`,
    },
    result: sql`select to_jsonb(sent) as delivery from sent`,
  });

/** Sends an event again under its id, whatever became of it. No row: no such delivery, or the endpoint is disabled. */
export const redeliver = (caller: Tenant, id: string, event: string): Statement<Row> =>
  statement<Row>({
    parts: {
      target: sql`select id from ${webhookEndpoints} where ${and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.disabledAt), sees(caller))}`,
      sent: sql`
        update ${webhookDeliveries} d set state = 'pending', next_at = now(), ended_at = null, give_up_at = ${giveUpAt}
        from target where d.endpoint = target.id and d.event = ${event} returning d.*`,
    },
    result: sql`select to_jsonb(sent) as delivery from sent`,
  });

const deliveryCursor = cursorCodec('webhook-deliveries', z.tuple([cursorInstant, webhookEventId]));

/** Newest first, of an endpoint the caller sees. Walks `webhook_deliveries_by_time`. */
export async function listDeliveries(
  db: Database,
  id: string,
  { state }: { state?: WebhookDelivery['state'] | undefined },
  page: Paging,
): Promise<Page<WebhookDelivery>> {
  const after = deliveryCursor.decode(page.cursor);
  const d = webhookDeliveries;
  const rows = await db
    .select()
    .from(d)
    .where(
      and(
        eq(d.endpoint, id),
        state === undefined ? undefined : eq(d.state, state),
        after === null ? undefined : sql`(${d.createdAt}, ${d.event}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(d.createdAt), desc(d.event))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => deliveryCursor.encode([row.createdAt.toISOString(), row.event]), toDelivery);
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function toWebhook(row: Omit<typeof webhookEndpoints.$inferSelect, 'secret' | 'previousSecret'>): Webhook {
  const { id, organisation, url, description, types, disabledAt, disabledBy, disabledReason, createdBy, edition } = row;
  return {
    id,
    organisation,
    url,
    description,
    types,
    enabled: disabledAt === null,
    disabledAt: iso(disabledAt),
    disabledBy,
    disabledReason,
    failingSince: iso(row.failingSince),
    lastSuccessAt: iso(row.lastSuccessAt),
    createdAt: row.createdAt.toISOString(),
    createdBy,
    edition,
  };
}

export function toDelivery(row: typeof webhookDeliveries.$inferSelect): WebhookDelivery {
  const { event, type, state, attempts, log } = row;
  return {
    event,
    type,
    state,
    attempts,
    nextAt: state === 'pending' ? row.nextAt.toISOString() : null,
    giveUpAt: row.giveUpAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    endedAt: iso(row.endedAt),
    log,
  };
}
