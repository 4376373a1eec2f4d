import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import { type Battery, type batteryChange, type newBattery, statusByHand } from '../../schema/wire/api/battery.ts';
import { editionIs } from '../api/etag.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments } from '../inventory/change.ts';
import { actParts, marksPart, notified } from '../inventory/station-act.ts';

export type NewBattery = z.output<typeof newBattery>;
export type BatteryChange = z.output<typeof batteryChange>;
type Row = Record<string, unknown>;
type Status = Battery['status'];

/** What nobody's word alone makes of a pack, and what does. */
const byDeed: Partial<Record<Status, string>> = {
  secondLife: 'Only a graded pack has a second life: make an asset of it (POST /api/v1/second-life-assets).',
  recycled: 'Only a hand-over by weight and receipt makes it so: record it (POST /api/v1/recyclings).',
};

/** Why the change cannot be made, in words; null: it can. */
export function changeRefusal(battery: Battery, change: BatteryChange): string | null {
  const { status } = change;
  if (status === undefined || status === battery.status) return null;
  if (!statusByHand[battery.status].includes(status))
    return [`A pack that is ${battery.status} does not become ${status}.`, byDeed[status] ?? []].flat().join(' ');
  if (battery.reservedBy !== null) return `The pack is set aside for ${battery.reservedBy}.`;
  const kind = battery.place?.kind;
  return kind === 'berth' || kind === 'lift' ? `The pack is on a ${kind}: the machines have it.` : null;
}

/** A pack with its place and its first move. No row: the code is taken. */
export const createBattery = (battery: NewBattery, by: string): Statement<Row> => {
  const { kind, name } = battery.at;
  const place = name === undefined ? kind : `${kind}/${name}`;
  return statement<Row>({
    parts: {
      made: sql`
        insert into ${batteries} (code, model, firmware, owner, soh_pct, status, changed_by, change_reason)
        select ${battery.code}, ${battery.model}, ${battery.firmware}, ${battery.owner}::text, ${battery.sohPct}::float8, ${battery.status},
          ${by}, ${battery.reason}
        on conflict (code) do nothing returning *`,
      held: sql`
        insert into ${custody} (pack, kind, place, version, since) select code, ${kind}, ${place}, 1, now() from made returning kind, place, since`,
      move: sql`
        insert into ${custodyMoves} (pack, version, to_kind, to_place, cause, by, reason, occurred_at)
        select code, 1, ${kind}, ${place}, 'entered', ${by}, ${battery.reason}, now() from made`,
    },
    result: sql`select made.*, held.kind, held.place, held.since from made, held`,
  });
};

/** For a pack in a car: the station that saw the car last, for it may stand there now. */
export async function seenAt(db: Database, { place }: Battery): Promise<string | null> {
  if (place?.kind !== 'vehicle') return null;
  const [car] = await db
    .select({ station: vehicles.lastStation })
    .from(vehicles)
    .where(eq(vehicles.vin, place.place.slice(place.place.indexOf('/') + 1)));
  return car?.station ?? null;
}

/**
 * Under the gate of the station the pack is in, or its car, so that its engine knows before the next swap is decided. No row: another edition, a
 * swap has set the pack aside meanwhile, or it has become something else, such as retired.
 */
export function changeBattery(
  { code, place, status }: Battery,
  { reason, ...change }: BatteryChange,
  { by, expected, seenAt }: { by: string; expected: readonly number[] | null; seenAt: string | null },
): Statement<Row> {
  const station = place?.station ?? seenAt;
  const stations = station === null ? [] : [station];
  const changed = sql`
    update ${batteries} set changed_by = ${by}, change_reason = ${reason}, ${assignments({
      model: change.model,
      owner: change.owner,
      firmware: change.firmware,
      soh_pct: change.sohPct,
      status: change.status,
    })}
    where ${batteries.code} = ${code} and ${editionIs(batteries.edition, expected)}
      and (${change.status === undefined} or (${batteries.reservedBy} is null and ${batteries.status} = ${status})) and (select count(*) from marks) >= 0
    returning *`;
  return statement<Row>({
    parts: {
      marks: marksPart(stations),
      changed,
      agreed: sql`select code from changed`,
      ...actParts({ stations, type: 'batteryChanged', by, body: { code, reason, ...change } }),
    },
    result: sql`select changed.*, ${notified} as told from changed`,
  });
}
