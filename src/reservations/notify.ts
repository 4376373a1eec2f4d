import { type SQL, sql } from 'drizzle-orm';
import type { ReservationHistory } from '../../schema/wire/api/reservation.ts';
import type { WebhookEventType } from '../../schema/wire/api/webhook.ts';
import { announce } from '../webhooks/outbox.ts';

type What = ReservationHistory['what'];

const typeOf: Record<What, WebhookEventType> = {
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

/** A part that tells the fleet of the reservations that another part returned whole, as they are after the change. */
export function tellFleet(what: What, from: SQL): Record<'told', SQL> {
  const r = from;
  return {
    told: announce({
      type: typeOf[what],
      from,
      once: sql`'reservation ' || ${r}.id || ' ' || ${r}.revision`,
      source: sql`'/api/v1/stations/' || ${r}.station`,
      subject: sql`${r}.id`,
      audience: sql`${r}.fleet`,
      data: sql`jsonb_build_object('id', ${r}.id, 'revision', ${r}.revision, 'vehicle', ${r}.vin, 'fleet', ${r}.fleet, 'station', ${r}.station,
        'from', iso_utc(${r}.from_at), 'to', iso_utc(${r}.to_at), 'minSoc', ${r}.min_soc_pct, 'state', ${r}.state, 'pack', ${r}.pack,
        'slot', ${r}.slot, 'readyAt', iso_utc(${r}.ready_at), 'lostAt', iso_utc(${r}.lost_at), 'lostReason', ${r}.lost_reason,
        'alternative', ${r}.alternative, 'swap', ${r}.swap, 'closedReason', ${r}.closed_reason)`,
    }),
  };
}
