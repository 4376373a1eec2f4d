import { type SQL, sql } from 'drizzle-orm';
import type { PriceBook } from '../../machines/settlement/price-book.ts';
import { isReceipt, pricedAt, type Receipt, receiptOf } from '../../machines/settlement/receipt.ts';
import type { Database } from '../db/client.ts';
import { type Consumer, followUp, type Handled, type Stuck } from '../follow-ups/consumer.ts';
import { createTariffSource } from '../tariffs/load.ts';
import { contractsOf } from './contracts.ts';
import { readSwapRecords } from './swap-records.ts';
import { instantOf, jsonRows, transfersPart } from './transfers.ts';

/** A car that has not left its bay is looked at again so soon. */
const lookAgainMs = 5_000;
/** After this it is a matter for people: the end of its parking is not known. */
const patienceMs = 3_600_000;

/** Writes the receipt of every completed swap, and what it moves in the books. */
export function receiptConsumer(db: Database, { now = Date.now }: { now?: () => number } = {}): Consumer {
  const prices = createTariffSource(db);
  return followUp('receipt', { handle: async (from, swaps) => billSwaps(from, swaps, await prices(), now()) });
}

/** Bills swaps by what the tables know of them. */
export async function billSwaps(
  db: Database,
  swaps: readonly string[],
  book: PriceBook,
  now: number,
): Promise<Handled> {
  const stored = await readSwapRecords(db, swaps);
  const known = swaps.flatMap((id) => stored.get(id) ?? []);
  const contracts = await contractsOf(
    db,
    known.map(({ record, fleet }) => ({ vin: record.vin, at: pricedAt(record), fleet })),
  );
  const receipts: Receipt[] = [];
  const stuck: Stuck[] = [];
  const later: { subject: string; afterMs: number }[] = [];
  for (const [index, { record, nominalWh, isOver }] of known.entries()) {
    const subject = record.swap;
    const contract = contracts[index];
    if (!contract) continue;
    if ('code' in contract) {
      stuck.push({ subject, ...contract });
      continue;
    }
    if (contract.terms.parking && !isOver) {
      if (now - record.endedAt < patienceMs) later.push({ subject, afterMs: lookAgainMs });
      else stuck.push({ subject, code: 'carHasNotLeft', detail: 'its parking has no end yet' });
      continue;
    }
    const made = receiptOf({ record, nominalWh, contract, book });
    if (isReceipt(made)) receipts.push(made);
    else stuck.push({ subject, ...made });
  }
  // A swap that is not there any more, or not completed: its row goes, and nothing follows.
  const groundless = swaps.filter((id) => !stored.has(id));
  return {
    done: [...receipts.map(({ swap }) => swap), ...groundless],
    parts: (gone) => receiptParts(receipts, gone),
    stuck,
    later,
  };
}

function receiptParts(receipts: readonly Receipt[], gone: SQL): Record<string, SQL> {
  if (receipts.length === 0) return {};
  const rows = receipts.map(({ postings: _, ...row }) => row);
  const transfers = receipts.flatMap(({ swap, releasedAt, postings }) =>
    postings.map((posting) => ({ ...posting, causeId: swap, occurredAt: releasedAt })),
  );
  return {
    written: sql`
      insert into receipts (swap, station, vin, lessee, owner, lease, plan, plan_version, tariff, released_at, odometer_km, energy_wh, lines,
        total_fen, usage)
      select r.swap, r.station, r.vin, r.lessee, r.owner, r.lease, r.plan, r."planVersion", r.tariff, ${instantOf(sql`r."releasedAt"`)},
        r."odometerKm", r."energyWh", r.lines, r."totalFen", r.usage
      from jsonb_to_recordset(${jsonRows(rows)}) as r(swap text, station text, vin text, lessee text, owner text, lease text, plan text,
          "planVersion" int, tariff text, "releasedAt" float8, "odometerKm" float8, "energyWh" int, lines jsonb, "totalFen" bigint, usage jsonb)
        join ${gone} g on g.subject = r.swap
      order by r.swap`,
    moved: transfersPart('receipt', transfers, gone),
  };
}
