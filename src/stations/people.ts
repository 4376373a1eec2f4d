import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { users } from '../../schema/tables/users.ts';
import type { UserRole } from '../../schema/wire/api/access.ts';
import type { StationPerson } from '../../schema/wire/api/log.ts';
import { actors } from '../api/access.ts';
import type { Database } from '../db/client.ts';

/** No station has more people than fit on a page. */
const most = 200;

/** Who can see to something at a station: those bound to it, and those who see all stations; by name. Null: what stands at no station, for all of them. */
export async function readStationPeople(db: Database, station: string | null): Promise<StationPerson[]> {
  const rows = await db
    .select(columns)
    .from(users)
    .where(worksAt(station))
    .orderBy(asc(users.name), asc(users.id))
    .limit(most);
  return rows.map(toPerson);
}

/** @param id `user:<id>` */
export async function findStationPerson(
  db: Database,
  station: string | null,
  id: string,
): Promise<StationPerson | null> {
  const own = eq(users.id, id.slice('user:'.length));
  const [row] = await db
    .select(columns)
    .from(users)
    .where(and(own, worksAt(station)));
  return row ? toPerson(row) : null;
}

const columns = { id: users.id, name: users.name, role: users.role };
const toPerson = ({ id, name, role }: { id: string; name: string; role: UserRole }): StationPerson => ({
  id: `user:${id}`,
  name,
  role,
});

const worksAt = (station: string | null) =>
  and(
    isNull(users.disabledAt),
    inArray(users.role, [...actors]),
    station === null
      ? undefined
      : or(sql`cardinality(${users.stations}) = 0`, sql`${station} = any(${users.stations})`),
  );
