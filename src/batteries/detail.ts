import { and, desc, eq, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import type { Battery, CustodyMove } from '../../schema/wire/api/battery.ts';
import type { Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { prepared, query, type Slots } from '../db/prepared.ts';
import { movesIn, packsIn, toBattery } from './queries.ts';

export type BatteryDetail = Battery & { custody: CustodyMove[] };

/** Moves that come with the pack itself, the newest; the others are in the list of its moves. */
const mostMoves = 100;

/** A pack with its newest moves, newest first, or null. One statement, so that both are of the same moment. */
export async function readBatteryDetail(db: Database, scope: Scope, code: string): Promise<BatteryDetail | null> {
  const [row] = await selectOne(db, { scope, code });
  if (row === undefined) return null;
  return { ...toBattery(row.battery, row.custody, row.nominalWh), custody: row.moves.map(withInstants) };
}

const selectOne = prepared<{ scope: Scope; code: string }>()(({ scope, code }) =>
  query
    .select({ battery: batteries, custody, nominalWh: batteryModels.nominalWh, moves: newestMoves(scope) })
    .from(batteries)
    .leftJoin(custody, eq(custody.pack, batteries.code))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(and(eq(batteries.code, code), packsIn(scope))),
);

/** Within the one row: joined, the whole pack would come with each of them. */
const newestMoves = (scope: Slots<Scope>) => sql<CustodyMove[]>`coalesce((
  select json_agg(json_build_object('version', move.version,
    'from', case when move.from_place is not null then json_build_object('kind', move.from_kind, 'place', move.from_place) end,
    'to', json_build_object('kind', move.to_kind, 'place', move.to_place), 'station', move.station, 'eventN', move.event_n, 'bay', move.bay,
    'swap', move.swap, 'cause', move.cause, 'by', move.by, 'reason', move.reason, 'reading', move.reading,
    'occurredAt', move.occurred_at, 'recordedAt', move.recorded_at) order by move.version desc)
  from (${query
    .select()
    .from(custodyMoves)
    .where(and(eq(custodyMoves.pack, batteries.code), movesIn(scope)))
    .orderBy(desc(custodyMoves.version))
    .limit(mostMoves)}) move), '[]')`;

/** The database writes instants in its own manner, in JSON too. */
const withInstants = (move: CustodyMove): CustodyMove => ({
  ...move,
  occurredAt: new Date(move.occurredAt).toISOString(),
  recordedAt: new Date(move.recordedAt).toISOString(),
});
