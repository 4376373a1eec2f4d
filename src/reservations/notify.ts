import { type SQL, sql } from 'drizzle-orm';
import type { WebhookEventType } from '../../schema/wire/api/webhook.ts';
import { announce } from '../webhooks/outbox.ts';
import type { Change } from './parts.ts';

const types: Record<Change['what'], WebhookEventType> = {
  made: 'pitlane.reservation.promised.v1',
  changed: 'pitlane.reservation.changed.v1',
  replanned: 'pitlane.reservation.replanned.v1',
  lost: 'pitlane.reservation.lost.v1',
  due: 'pitlane.reservation.due.v1',
  kept: 'pitlane.reservation.kept.v1',
  broken: 'pitlane.reservation.broken.v1',
  noShow: 'pitlane.reservation.noShow.v1',
  cancelled: 'pitlane.reservation.cancelled.v1',
};

/** The fleet is told by the statement that makes it so: `from` is the part that gives the reservation as it has become. */
export const tellFleet = (what: Change['what'], from: SQL): Record<'told', SQL> => ({
  told: announce({
    type: types[what],
    from,
    once: sql`'reservation ' || ${from}.id || ' ' || ${from}.revision`,
    source: sql`'/api/v1/stations/' || ${from}.station`,
    subject: sql`${from}.id`,
    audience: sql`${from}.fleet`,
    data: sql`jsonb_build_object('id', ${from}.id, 'revision', ${from}.revision, 'vehicle', ${from}.vin, 'fleet', ${from}.fleet,
      'station', ${from}.station, 'from', iso_utc(${from}.from_at), 'to', iso_utc(${from}.to_at), 'minSoc', ${from}.min_soc_pct,
      'state', ${from}.state, 'pack', ${from}.pack, 'readyAt', iso_utc(${from}.ready_at), 'swap', ${from}.swap,
      'reason', coalesce(${from}.closed_reason, ${from}.lost_reason), 'alternative', ${from}.alternative)`,
  }),
});
