import { sql } from 'drizzle-orm';
import type { EndedCharge } from '../../../machines/settlement/charge-cost.ts';
import { createChargeReader } from '../../../machines/settlement/charge-log.ts';
import { pricedAt } from '../../../machines/settlement/receipt.ts';
import { createSwapReader, type LogLine, type SwapRecord } from '../../../machines/settlement/swap-log.ts';
import type { Database } from '../../db/client.ts';

/** Half open, UTC epoch ms. */
export interface Range {
  from: number;
  to: number;
}

/** The log is read from so long before: a swap that took longer, or a pack that stood longer, is not understood. */
export const leadInMs = 7 * 86_400_000;

const linesAtOnce = 4_000;

/** What a stretch of a station's log tells: completed swaps priced within the range, and charges that ended in it. */
export interface Told {
  swaps: SwapRecord[];
  charges: EndedCharge[];
}

/** Reads a station's log, and nothing else, piece by piece. */
export async function* readLog(db: Database, station: string, range: Range): AsyncGenerator<Told> {
  const swaps = createSwapReader(station);
  const charges = createChargeReader(station);
  const isOurs = (record: SwapRecord) => pricedAt(record) >= range.from && pricedAt(record) < range.to;
  let after = 0;
  for (;;) {
    const lines = await readLines(db, station, after, range.from - leadInMs);
    const told: Told = { swaps: [], charges: [] };
    for (const line of lines) {
      told.swaps.push(...swaps.take(line).filter(isOurs));
      const charge = charges.take(line);
      if (charge && charge.end.at >= range.from && charge.end.at < range.to) told.charges.push(charge);
    }
    yield told;
    const last = lines.at(-1);
    if (!last || lines.length < linesAtOnce || last.occurredAt > range.to + leadInMs) break;
    after = last.n;
  }
  yield { swaps: swaps.end().filter(isOurs), charges: [] };
}

type Line = LogLine & { n: number };

async function readLines(db: Database, station: string, after: number, since: number): Promise<Line[]> {
  const rows = await db.execute<Line & Record<string, unknown>>(sql`
    select n::float8 as n, round(extract(epoch from occurred_at) * 1000)::float8 as "occurredAt", source, type, bay,
      case when type in ('vehicleInPosition', 'vehicleChanged', 'packRead', 'chargeStarted', 'chargeEnded', 'packReady') then body end as body, decided
    from events
    where station = ${station} and n > ${after} and recorded_at >= to_timestamp(${since} / 1000.0)
      and (decided is not null or type in ('vehicleInPosition', 'vehicleChanged', 'chargeStarted', 'chargeEnded', 'packReady'))
    order by n limit ${linesAtOnce}`);
  return [...rows];
}
