import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { StationType } from '../../machines/contract.ts';
import { incidents } from '../../schema/tables/alarms.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { secondLifeAssets } from '../../schema/tables/second-life.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stations } from '../../schema/tables/stations.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { MovementBody } from '../../schema/wire/api/movement.ts';
import { seesPack, type Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { type MovementFacts, type Place, placeOf } from './movement-rules.ts';
import { actParts, marksPart, notified } from './station-act.ts';

export interface HeldPack extends MovementFacts {
  version: number;
  /** Stations that saw last the car it is in, and the one it is to come into: they may stand there now. */
  seenAt: string[];
}

/** What the decision needs; null: the caller sees no such pack. */
export async function readMovement(db: Database, caller: Tenant, { pack, to }: MovementBody): Promise<HeldPack | null> {
  const target = placeOf(to);
  const [row] = await db
    .select({
      kind: custody.kind,
      place: custody.place,
      station: custody.station,
      version: custody.version,
      since: custody.since,
      status: batteries.status,
      reservedBy: batteries.reservedBy,
      type: sql<StationType | null>`(select s.type from ${stations} s where s.id = ${target.station}::text and s.retired_at is null)`,
      occupant: sql<string | null>`(select other.pack from ${custody} other where other.place = ${target.place}
        and other.kind in ('slot', 'berth', 'lift', 'vehicle', 'isolation') and other.pack <> ${pack})`,
      slot: sql<MovementFacts['slot']>`(select jsonb_build_object('reservedBy', x.reserved_by, 'locked', x.locked)
        from ${slots} x where ${to.kind === 'slot'} and x.station = ${target.station}::text
          and x.slot = ${to.kind === 'slot' ? to.slot : 0}::int)`,
      asset: sql<MovementFacts['asset']>`(select jsonb_build_object('code', a.code, 'state', a.state, 'site', a.site)
        from ${secondLifeAssets} a where a.pack = ${pack})`,
      seenAt: sql<
        string[]
      >`array(select distinct v.last_station from ${vehicles} v where v.last_station is not null and v.vin in (
        ${to.kind === 'vehicle' ? to.vin : ''}, case when ${custody.kind} = 'vehicle' then split_part(${custody.place}, '/', 2) else '' end))`,
      vehicleKnown: sql<boolean>`exists (select from ${vehicles} v where v.vin = ${to.kind === 'vehicle' ? to.vin : ''})`,
      inOpenSwap: openSwapOf(to.kind === 'vehicle' ? to.vin : null),
      commanded: sql<boolean>`exists (select from outbox o where o.station = ${custody.station} and o.settled_at is null
        and o.message like '%' || ${pack} || '%')`,
    })
    .from(custody)
    .innerJoin(batteries, eq(batteries.code, custody.pack))
    .where(and(eq(custody.pack, pack), or(seesPack(caller, custody.pack), arrives(caller, target)) ?? sql`true`));
  if (!row) return null;
  const { kind, place, station, version, since, status, reservedBy, inOpenSwap, commanded, ...rest } = row;
  return {
    ...rest,
    version,
    from: { kind, place, station },
    to: target,
    pack: { status, reservedBy, since: since.getTime(), inOpenSwap, commanded },
  };
}

/** The car the pack is in, or is to come into, stands in a bay with a swap that has not ended. */
const openSwapOf = (target: string | null) => sql<boolean>`exists (
  select from swaps s where s.state in ('requested', 'running', 'needs-person') and s.state <> 'completed'
    and s.vin in (${target ?? ''}, case when ${custody.kind} = 'vehicle' then split_part(${custody.place}, '/', 2) else '' end))`;

/** Who is bound to stations takes in what comes there from outside all stations, though nobody sees it until then. */
function arrives({ stations: own }: Tenant, { station }: Place) {
  if (own === null) return undefined;
  return station !== null && own.includes(station)
    ? sql`(${custody.station} is null and ${custody.kind} <> 'vehicle')`
    : sql`false`;
}

/** What the statement found and did. */
export interface Moved {
  /** Where the pack was, and the version of that, under the locks. */
  version: number;
  kind: string;
  place: string;
  /** Why not, decided under the locks. */
  refusal: string | null;
  /** The rest is null where nothing was done. Station and number of the log line; null for a move outside stations too. */
  station: string | null;
  event_n: number | null;
  occurred_at: string | null;
  recorded_at: string | null;
}

/**
 * One statement: the station's gate, the custody row at the version that was read, the move, the log lines, a word to the owners. Of two people
 * who move the same pack one finds the version gone, and is told where it is. What may have changed between reading and locking is looked at
 * again under the locks: the version, what the pack and the slot are set aside for.
 */
export function moveStatement(
  held: HeldPack,
  { pack, reason, to, by, at }: MovementBody & { by: string; at: string },
): Statement<Moved> {
  const target = held.to;
  const slot = to.kind === 'slot' ? to.slot : 0;
  return statement<Moved>({
    parts: {
      marks: marksPart(stationsOf(held)),
      held: sql`
        select pack, kind, place, station, version from ${custody}
        where pack = ${pack} and (select count(*) from marks) >= 0 for update`,
      facts: sql`
        select code, reserved_by from ${batteries} where code = ${pack} and (select count(*) from held) >= 0 for update`,
      berth: sql`
        select reserved_by, locked from ${slots}
        where station = ${target.station}::text and slot = ${slot}::int and (select count(*) from facts) >= 0 for update`,
      // Locked, so that its state is that of now and not of when the statement began: whoever acts on it holds the place of the pack.
      asset: sql`
        select code, state from ${secondLifeAssets} where pack = ${pack} and (select count(*) from held) >= 0 for share`,
      verdict: sql`
        select held.*, case
            when held.version <> ${held.version} then 'the pack was moved meanwhile'
            when facts.reserved_by is not null then 'the pack is set aside for ' || facts.reserved_by
            when (select reserved_by from berth) is not null then 'the slot is set aside for ' || (select reserved_by from berth)
            when (select state from asset) = 'commissioned' then 'the pack works as ' || (select code from asset)
            when (select locked from berth) then 'the slot is locked'
          end as refusal
        from held join facts on facts.code = held.pack`,
      agreed: sql`select * from verdict where refusal is null`,
      ...changes(held, { pack, reason, to, by, at }),
    },
    result: sql`
      select v.refusal, v.kind, v.place, v.version, h.station, h.event_n, h.occurred_at, h.recorded_at,
        ${notified} as told
      from verdict v left join history h on true`,
  });
}

function changes(
  held: HeldPack,
  { pack, reason, by, at }: MovementBody & { by: string; at: string },
): Record<string, SQL> {
  const target = held.to;
  const body = { pack, from: held.from.place, to: target.place, reason };
  return {
    ...actParts({ stations: stationsOf(held), type: 'packMoved', by, body }),
    moved: sql`
        update ${custody} c set kind = ${target.kind}, place = ${target.place}, station = ${target.station}::text,
          version = c.version + 1, since = ${at}::timestamptz
        from agreed where c.pack = agreed.pack returning c.pack, c.version`,
    battery: sql`
        update ${batteries} b set ready = false, charge_from_wh = null
        from agreed where b.code = agreed.pack`,
    history: sql`
        insert into ${custodyMoves} (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, cause, by, reason, occurred_at)
        select moved.pack, moved.version, agreed.kind, agreed.place, ${target.kind}, ${target.place}, r.station, r.event_n,
          'movement', ${by}, ${reason}, ${at}::timestamptz
        from moved join agreed on agreed.pack = moved.pack
          left join raised r on r.station = ${target.station ?? held.from.station}::text
        returning station, event_n, occurred_at, recorded_at`,
    found: sql`
        update ${incidents} a set closed_at = now(), closed_by = ${by}, closed_by_n = a.opened_n,
          closed_detail = ${`a person has taken it to ${target.place}: ${reason}`}
        from agreed where agreed.kind = 'unknown' and a.station = agreed.station and a.key = ${`custody/${pack}`} and a.closed_at is null`,
  };
}

/** Those whose engines must learn of it. */
const stationsOf = ({ from, to, seenAt }: HeldPack): string[] =>
  [...new Set([from.station, to.station, ...seenAt].filter((station) => station !== null))].sort();
