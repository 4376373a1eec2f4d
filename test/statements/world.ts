import { sql as drizzleSql } from 'drizzle-orm';
import postgres, { type Sql } from 'postgres';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { addMonths, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { priced, totalFen } from '../../machines/settlement/money.ts';
import { postingsOf } from '../../machines/settlement/postings.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { connect, type Database, database } from '../../src/db/client.ts';
import { runStatement, statement } from '../../src/db/statement.ts';
import { planQuote, planStep, readLease } from '../../src/leases/step.ts';
import { createTestDatabase } from '../helpers/postgres.ts';

export const vin = (n: number) => `LNBSCB3F6JD1${String(n).padStart(5, '0')}`;
export const at = (day: string, hours = 0): number => startOfDay(day) + hours * 3_600_000;
/** Noon of the first day after a month. */
export const afterMonth = (month: string): number => at(firstDay(addMonths(month, 1)), 12);

/** A database with two fleets and an owner of packs. */
export async function createBooks() {
  const { url, drop } = await createTestDatabase();
  const pool = await connect({ databaseUrl: url, max: 6, name: 'test-books' });
  const client = pool();
  const plain = postgres(url, { max: 2, onnotice: () => {} });
  await seedParties(plain);
  return {
    url,
    db: database(client),
    sql: plain,
    async end() {
      await Promise.all([client.end({ timeout: 1 }), plain.end({ timeout: 1 })]);
      await drop();
    },
  };
}

export const seedParties = (sql: Sql) => sql`insert into organisations (id, kind, name, name_en) values
  ('pitlane', 'operator', '换电运营', 'Pitlane'), ('blue-taxi', 'fleet', '蓝色出租', 'Blue Taxi'), ('green-taxi', 'fleet', '绿色出租', 'Green Taxi'),
  ('pack-bank', 'owner', '电池银行', 'Pack Bank') on conflict do nothing`;

export async function seedPlan(sql: Sql, plan: string, version: number, terms: Record<string, unknown>): Promise<void> {
  await sql`insert into plans (id, owner, name, created_by) values (${plan}, 'pack-bank', ${plan}, 'test') on conflict do nothing`;
  await sql`insert into plan_versions (plan, version, terms, published_by)
    values (${plan}, ${version}, ${sql.json(planTerms.parse(terms) as never)}, 'test')`;
}

export interface NewLease {
  lease: string;
  vin: string;
  lessee?: string;
  owner?: string;
  plan: string;
  version?: number;
  fromDay: string;
  graceDays?: number;
}

/** A lease that runs, through its machine. */
export async function seedLease(db: Database, of: NewLease): Promise<void> {
  const { lease, lessee = 'blue-taxi', owner = 'pack-bank', plan, version = 1, fromDay, graceDays = 7 } = of;
  const act = { by: 'test', now: at(fromDay) };
  const parts = planQuote(
    { lease, vin: of.vin, lessee, owner, plan: { plan, version, graceDays }, minimumTermMonths: 0 },
    fromDay,
    act,
  );
  await runStatement(db, statement({ parts, result: drizzleSql`select id from lease_stepped` }));
  await stepLeaseAt(db, lease, { type: 'activate', fromDay, untilDay: null }, act.now);
}

export async function stepLeaseAt(db: Database, lease: string, event: LeaseEvent, now: number): Promise<void> {
  const row = await readLease(db, lease);
  if (row === null) throw new Error(`no lease ${lease}`);
  const step = planStep(row, event, { by: 'test', now });
  if (step.refusal !== null) throw new Error(`${event.type}: ${step.refusal}`);
  await runStatement(db, statement({ parts: step.parts, result: drizzleSql`select id from lease_stepped` }));
}

export interface NewReceipt {
  swap: string;
  vin: string;
  lease?: string | null;
  lessee?: string | null;
  plan?: string;
  at: number;
  odometerKm?: number;
  energyWh?: number;
  sohCreditFen?: number;
  packIn?: string;
}

export const energyMicro = 726_970;

/** Lines of a receipt such as the service writes them. */
export function receiptLines({ energyWh = 30_000, sohCreditFen = 0 }: NewReceipt): BillLine[] {
  const lines: BillLine[] = [
    priced({
      kind: 'energy',
      quantity: energyWh,
      unit: 'Wh',
      unitPriceMicro: energyMicro,
      rule: 'energyAtRelease',
      basis: { period: 'flat' },
    }),
    priced({
      kind: 'serviceFee',
      quantity: energyWh,
      unit: 'Wh',
      unitPriceMicro: 300_000,
      rule: 'serviceFee',
      basis: {},
    }),
    priced({
      kind: 'parking',
      quantity: 3,
      unit: 'min',
      unitPriceMicro: 100_000,
      rule: 'parkingStartedMinutes',
      basis: {},
    }),
  ];
  if (sohCreditFen > 0)
    lines.push(
      priced({
        kind: 'sohCredit',
        quantity: 1,
        unit: 'item',
        unitPriceMicro: -sohCreditFen * 10_000,
        rule: 'sohBelowFloor',
        basis: {},
      }),
    );
  return lines;
}

/** A billed swap with its transfers, as the receipts' worker leaves it. */
export async function seedReceipt(sql: Sql, of: NewReceipt): Promise<void> {
  const { swap, lease = null, lessee = 'blue-taxi', plan = 'taxi', odometerKm = 1000, energyWh = 30_000 } = of;
  const lines = receiptLines(of);
  const station = swap.split('.')[0] ?? '';
  const released = new Date(of.at);
  const usage = { swap, packIn: { code: of.packIn ?? 'PACK' } };
  await sql`insert into receipts (swap, station, vin, lessee, owner, lease, plan, plan_version, tariff, released_at, odometer_km, energy_wh,
      lines, total_fen, usage)
    values (${swap}, ${station}, ${of.vin}, ${lessee}, 'pack-bank', ${lease}, ${plan}, 1, 'single-rate-1-10kV/2026-08-01', ${released},
      ${odometerKm}, ${energyWh}, ${sql.json(lines as never)}, ${totalFen(lines)}, ${sql.json(usage)})`;
  for (const posting of postingsOf(lines, { lessee, vin: of.vin, owner: 'pack-bank' }))
    await sql`insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
      values (${posting.debit}, ${posting.credit}, ${posting.amountFen}, 'receipt', ${swap}, ${posting.line}, ${released})`;
}

/** What an account is debited less what it is credited. */
export async function balance(sql: Sql, account: string): Promise<number> {
  const [row] = await sql<{ fen: string }[]>`
    select coalesce(sum(case when debit = ${account} then amount_fen else -amount_fen end), 0) as fen
    from transfers where debit = ${account} or credit = ${account}`;
  return Number(row?.fen);
}
