import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Movement } from '../../schema/wire/api/movement.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import { toMove } from '../batteries/queries.ts';
import type { Database } from '../db/client.ts';

type MoveRow = typeof custodyMoves.$inferSelect;

export interface MovementFilter {
  pack?: string | undefined;
  station?: string | undefined;
  by?: string | undefined;
  /** Half open, [from, to), by the moment it was recorded. */
  from?: string | undefined;
  to?: string | undefined;
}

const codec = cursorCodec('movements', z.tuple([cursorInstant, packCode, z.int().min(0)]));

/** Newest first. Walks `custody_moves_by_people`, `custody_moves_by_people_at`, `custody_moves_by_person` or a pack's own moves. */
export async function listMovements(
  db: Database,
  scope: Scope,
  filter: MovementFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Movement>> {
  const after = codec.decode(page.cursor);
  const { recordedAt, pack, version } = custodyMoves;
  const rows = await db
    .select()
    .from(custodyMoves)
    .where(
      and(
        // In the words of the partial indexes, so that the planner may use them.
        sql`${custodyMoves.cause} = 'movement'`,
        movementsIn(scope),
        filter.pack === undefined ? undefined : eq(pack, filter.pack),
        filter.station === undefined ? undefined : eq(custodyMoves.station, filter.station),
        filter.by === undefined ? undefined : eq(custodyMoves.by, filter.by),
        filter.from === undefined ? undefined : gte(recordedAt, new Date(filter.from)),
        filter.to === undefined ? undefined : lt(recordedAt, new Date(filter.to)),
        after === null
          ? undefined
          : sql`(${recordedAt}, ${pack}, ${version}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(desc(recordedAt), desc(pack), desc(version))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => codec.encode([row.recordedAt.toISOString(), row.pack, row.version]),
    toMovement,
  );
}

/** At its stations; of the packs now in its fleet's cars; of its own packs. Questions about each move, so that they cannot be turned round. */
const movementsIn = (scope: Scope): SQL | undefined =>
  and(
    ofStations(custodyMoves.station, scope),
    scope.owner === null
      ? undefined
      : sql`(select mine.owner from ${batteries} mine where mine.code = ${custodyMoves.pack}) = ${scope.owner}`,
    scope.fleet === null
      ? undefined
      : sql`(select mine.fleet from ${custody} held join ${vehicles} mine on mine.vin = split_part(held.place, '/', 2)
          where held.pack = ${custodyMoves.pack} and held.kind = 'vehicle') = ${scope.fleet}`,
  );

const toMovement = (row: MoveRow): Movement => ({ pack: row.pack, ...toMove(row) });
