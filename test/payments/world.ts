import { createReadWorld, type Keys } from '../api/fixture.ts';
import { seedParties } from '../statements/world.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what came is looked at by the expectations.
  body: any;
}

/** An API over books with two fleets and an owner, and statements that are to be paid. */
export async function createPayments() {
  const world = await createReadWorld();
  await seedParties(world.sql);
  let keys = 0;
  const ask = async (path: string, as: keyof Keys, init: RequestInit = {}): Promise<Answer> => {
    const answer = await world.app.request(`/api/v1${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${world.keys[as]}`, ...init.headers },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  const post = (path: string, body: unknown, { as = 'operations' as keyof Keys, key = `k${++keys}` } = {}) =>
    ask(path, as, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` },
      body: JSON.stringify(body),
    });
  const send = (
    format: string,
    body: string | Buffer,
    { as = 'operations' as keyof Keys, key = `k${++keys}`, type = 'text/csv' } = {},
  ) =>
    ask(`/payments/imports?format=${format}`, as, {
      method: 'POST',
      headers: { 'Content-Type': type, 'Idempotency-Key': `"${key}"` },
      body: new Uint8Array(Buffer.from(body)),
    });
  return {
    ...world,
    ask,
    post,
    send,
    /** What accounts are credited less what they are debited, those that are 0 left out. */
    async credits(): Promise<Record<string, number>> {
      const rows = await world.sql<{ account: string; fen: number }[]>`
        select account, sum(fen)::float8 as fen from (
          select credit as account, amount_fen as fen from transfers union all select debit, -amount_fen from transfers) t
        group by account having sum(fen) <> 0 order by account`;
      return Object.fromEntries(rows.map(({ account, fen }) => [account, fen]));
    },
    /** A closed statement of a fleet that is to be paid. */
    async owe(party: string, month: string, fen: number, dueDay = `${month}-28`): Promise<string> {
      const id = `s-${month}-${party}`;
      await world.sql`insert into statements (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen,
          due_day, closed_by)
        values (${id}, 'fleet', ${party}, ${month}, '[]', '[]', 0, 0, ${fen}, 0, ${fen}, ${dueDay}, 'test')`;
      return id;
    },
    /** What every rule about payments comes to; names what is broken. */
    async broken(): Promise<string[]> {
      const rows = await world.sql<{ what: string }[]>`
        select 'cash ' || coalesce(sum(amount_fen), 0) as what from transfers where debit = 'cash:bank'
          having coalesce(sum(amount_fen), 0) <> (select coalesce(sum(amount_fen), 0) from payments)
        union all
        select 'suspense of ' || p.id from payments p
          where p.amount_fen - coalesce((select sum(m.amount_fen) from payment_matches m where m.payment = p.id), 0)
            <> (select coalesce(sum(case when credit = 'suspense:payments' then amount_fen else -amount_fen end), 0) from transfers
              where cause = 'payment' and cause_id = p.id and 'suspense:payments' in (credit, debit))
            or p.amount_fen < coalesce((select sum(m.amount_fen) from payment_matches m where m.payment = p.id), 0)
            or 0 > coalesce((select sum(m.amount_fen) from payment_matches m where m.payment = p.id), 0)
        union all
        select 'paid more than open: ' || s.id from statements s
          where s.total_fen < (select coalesce(sum(amount_fen), 0) from payment_matches m where m.statement = s.id)
        union all
        select 'another party pays ' || s.id from payment_matches m join statements s on s.id = m.statement where s.party <> m.party
        union all
        select 'account of ' || party from (
          select party, sum(amount_fen) as fen from payment_matches group by party) m
          where fen <> (select coalesce(sum(case when credit = 'receivable:' || m.party then amount_fen else -amount_fen end), 0) from transfers
            where cause = 'payment' and 'receivable:' || m.party in (debit, credit))`;
      return rows.map(({ what }) => what);
    },
  };
}
