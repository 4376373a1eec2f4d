import { sql } from 'drizzle-orm';
import { accountOf, type PartyAccount } from '../../machines/settlement/match-payment.ts';
import { monthsNamed, type NamedStatement } from '../../machines/settlement/remittance.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { payers, payments } from '../../schema/tables/payments.ts';
import { statements } from '../../schema/tables/statements.ts';
import type { Database } from '../db/client.ts';
import { readStandings } from '../statements/standing.ts';
import type { Row } from './formats/format.ts';
import { type FileFacts, type KnownPayer, ownerOf } from './match-rows.ts';

/** All that is to be known of a file's payments: what was taken before, whose the accounts are, and the statements they may be for. */
export async function readFileFacts(db: Database, rows: readonly Row[]): Promise<FileFacts> {
  const told = rows.flatMap((row) => ('payment' in row ? [row.payment] : []));
  const ids = sql.param(told.map(({ id }) => id));
  const accounts = [...new Set(told.flatMap(({ payer }) => (payer === '' ? [] : [payer])))];
  const months = sql.param([...new Set(told.flatMap(({ reference }) => monthsNamed(reference)))]);
  const [known, whose, named] = await Promise.all([
    db.execute<{ id: string; fen: string }>(sql`
      select id, amount_fen as fen from ${payments} where id = any(${ids}::text[])`),
    readPayers(db, accounts),
    db.execute<NamedStatement & Record<string, unknown>>(sql`
      select id, month, party from ${statements} where kind = 'fleet' and month = any(${months}::text[]) order by id`),
  ]);
  return {
    known: new Map(known.map(({ id, fen }) => [id, { amountFen: Number(fen) }])),
    payers: whose,
    statements: named,
  };
}

/** Whose some accounts are now. */
export async function readPayers(db: Database, accounts: readonly string[]): Promise<Map<string, KnownPayer>> {
  const rows = await db.execute<{ account: string; organisation: string; isOperator: boolean }>(sql`
    select p.account, p.organisation, o.kind = 'operator' as "isOperator"
    from (select distinct on (account) account, organisation from ${payers}
        where account = any(${sql.param(accounts)}::text[]) order by account, n desc) p
      join ${organisations} o on o.id = p.organisation`);
  return new Map(rows.map(({ account, ...payer }) => [account, payer]));
}

/** How the accounts of those stand whose payments are in the file. */
export async function readAccountsOf(
  db: Database,
  rows: readonly Row[],
  facts: FileFacts,
): Promise<Map<string, PartyAccount>> {
  const parties = rows.flatMap((row) => {
    const owner = 'payment' in row ? ownerOf(row.payment, facts) : '';
    return typeof owner === 'string' ? [] : [owner.party];
  });
  return readAccounts(db, [...new Set(parties)]);
}

/** Without statements and payments a party has no entry. */
export async function readAccounts(db: Database, parties: readonly string[]): Promise<Map<string, PartyAccount>> {
  if (parties.length === 0) return new Map();
  const standings = await readStandings(db, '', parties);
  return new Map([...standings].map(([party, standing]) => [party, accountOf(standing)]));
}
