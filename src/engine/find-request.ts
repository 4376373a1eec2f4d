import type { Pool } from '../db/pool.ts';
import type { Stepped } from './station/work.ts';

/** The log line of a request after a given line, if it was committed. Conclusive only when the station's version has moved on since. */
export async function findRequest(
  pool: Pool,
  station: string,
  afterN: number,
  requestId: string,
): Promise<Stepped | null> {
  const [row] = await pool.run(
    (sql) => sql<{ n: number; version: number }[]>`
      select e.n::float8, m.version::float8 from events e join station_marks m on m.station = e.station
      where e.station = ${station} and e.n > ${afterN} and e.source in ('action', 'reservation') and e.body ->> 'requestId' = ${requestId}`,
  );
  if (!row) return null;
  return { station, version: row.version, eventN: row.n, action: { accepted: true, commandId: null } };
}
