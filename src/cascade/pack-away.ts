import { type SQL, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';

/** A pack on its way into, or within, its second life. */
export interface PackAway {
  to: { kind: 'secondLifeSite' | 'recycler'; place: string };
  by: string;
  reason: string;
  /** When it was done. */
  at: string;
}

/**
 * Parts that bring a pack of `agreed` (column `code`) to a place outside stations, as a movement by a person does. Where it is there already
 * nothing moves. After `held`, which has its place and the version of that.
 */
export const awayParts = ({ to, by, reason, at }: PackAway): Record<'moved' | 'history', SQL> => ({
  moved: sql`
    update ${custody} c set kind = ${to.kind}, place = ${to.place}, station = null, version = c.version + 1, since = ${at}::timestamptz
    from agreed join held on held.pack = agreed.code where c.pack = agreed.code and held.place <> ${to.place}
    returning c.pack, c.version, held.kind as from_kind, held.place as from_place`,
  history: sql`
    insert into ${custodyMoves} (pack, version, from_kind, from_place, to_kind, to_place, cause, by, reason, occurred_at)
    select pack, version, from_kind, from_place, ${to.kind}, ${to.place}, 'movement', ${by}, ${reason}, ${at}::timestamptz from moved`,
});

/** Part that gives the pack of `agreed` another status; it has `code`. */
export const statusPart = (
  status: 'secondLife' | 'recycled',
  { by, reason }: { by: string; reason: string },
): SQL => sql`
  update ${batteries} b set status = ${status}, ready = false, charge_from_wh = null, changed_by = ${by}, change_reason = ${reason},
    edition = b.edition + 1
  from agreed where b.code = agreed.code returning b.code`;
