import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { chargeCostOf, type EndedCharge, isCost } from '../../../machines/settlement/charge-cost.ts';
import type { PriceBook } from '../../../machines/settlement/price-book.ts';
import type { BillLine } from '../../../schema/wire/settlement/bill.ts';
import type { Database } from '../../db/client.ts';
import { asStored, type Difference } from './difference.ts';
import { differentTransfers } from './transfers.ts';

interface Stored extends Record<string, unknown> {
  end: string;
  charge: string;
  metered_wh: number;
  cost_fen: number;
  lines: BillLine[];
}

/** Rebuilds what charges cost and compares. A slot's first reading within the stretch that was read says nothing, and is left out. */
export async function auditChargeCosts(
  db: Database,
  ended: readonly EndedCharge[],
  book: PriceBook,
): Promise<{ examined: number; differences: Difference[] }> {
  const known = ended.filter(({ before }) => before !== null);
  const stored = await readStored(db, known);
  const differences: Difference[] = [];
  const causes: Parameters<typeof differentTransfers>[2][number][] = [];
  for (const charge of known) {
    const was = stored.get(charge.charge);
    const made = chargeCostOf(charge, book);
    const differ = (what: string, storedValue: unknown, rebuilt: unknown) =>
      differences.push({ kind: 'chargeCost', id: was?.charge ?? charge.charge, what, stored: storedValue, rebuilt });
    if (!isCost(made)) {
      if (was) differ('cost', 'written', made.detail);
      continue;
    }
    // Not booked yet: `follow_ups` knows why.
    if (!was) continue;
    if (was.metered_wh !== made.meteredWh) differ('meteredWh', was.metered_wh, made.meteredWh);
    if (was.cost_fen !== made.costFen) differ('costFen', was.cost_fen, made.costFen);
    if (!isDeepStrictEqual(was.lines, asStored(made.lines))) differ('lines', was.lines, made.lines);
    causes.push({ causeId: was.charge, postings: made.postings });
  }
  return {
    examined: known.length,
    differences: [...differences, ...(await differentTransfers(db, 'chargeCost', causes))],
  };
}

/** By station and number of the event: the log does not say the rest of a charge's name. */
async function readStored(db: Database, ended: readonly EndedCharge[]): Promise<Map<string, Stored>> {
  const events = ended.map(({ charge }) => charge);
  const rows = await db.execute<Stored>(sql`
    select w.event as end, c.charge, c.metered_wh::float8 as metered_wh, c.cost_fen::float8 as cost_fen, c.lines
    from unnest(${sql.param(events)}::text[]) as w(event)
      join charges x on x.station = split_part(w.event, '/', 1) and x.event_n = split_part(w.event, '/', 2)::bigint and x.phase = 'ended'
      join charge_costs c on c.charge = w.event || '/' || x.position`);
  return new Map(rows.map((row) => [row.end, row]));
}
