import { sql } from 'drizzle-orm';
import { addDays, beijingDay } from '../../../machines/settlement/calendar.ts';
import { connect, type Database, database } from '../../../src/db/client.ts';
import { workOnce } from '../../../src/follow-ups/worker.ts';
import { createLog } from '../../../src/platform/log.ts';
import { audit } from '../../../src/settlement/audit/run.ts';
import { receiptConsumer } from '../../../src/settlement/receipts.ts';
import type { Verdict } from './verdict.ts';

/**
 * Whatever happened, every completed swap has one receipt, and the log alone gives it again to the fen. What a killed service had claimed is billed
 * here, beside the service that runs.
 */
export async function judgeBills(databaseUrl: string): Promise<Verdict> {
  const client = (await connect({ databaseUrl, max: 1, name: 'fault-test' }))();
  try {
    const db = database(client);
    await billRest(db);
    const stuck = await db.execute<{ subject: string; problem: string }>(
      sql`select subject, problem from follow_ups where consumer in ('receipt', 'chargeCost') and problem is not null`,
    );
    const today = beijingDay(Date.now());
    const { examined, differences } = await audit(db, { from: addDays(today, -1), to: addDays(today, 2) });
    // Where records were lost for good nobody knows what the packs held: the swap waits with that reason, in the tables as by the log.
    const untold = stuck.filter(({ problem }) => /^(energyUnknown|packUnknownAtSwap)/.test(problem));
    const agreed = new Set(untold.map(({ problem }) => problem));
    return {
      examined: {
        receipts: examined.receipts - untold.length,
        'charge costs': examined.chargeCosts,
        ...(untold.length > 0 && { 'swaps that cannot be billed': untold.length }),
      },
      violations: [
        ...stuck
          .filter((each) => !untold.includes(each))
          .map(({ subject, problem }) => `${subject} is not billed: ${problem}`),
        ...differences
          .filter(({ stored, rebuilt }) => stored !== rebuilt || !agreed.has(String(stored)))
          .map((difference) => `bills: ${JSON.stringify(difference)}`),
      ],
    };
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function billRest(db: Database): Promise<void> {
  const consumer = receiptConsumer(db);
  const options = { db, log: createLog({ level: 'silent' }) };
  for (let rounds = 0; rounds < 20; rounds++) {
    await db.execute(sql`update follow_ups set due_at = now() where consumer = 'receipt' and problem is null`);
    if ((await workOnce(options, consumer)) === 0) return;
  }
}
