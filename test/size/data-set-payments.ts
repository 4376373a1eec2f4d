const payments = 20_000;

/**
 * Money that came in, and what was said against bills: a payment or two for each statement of a fleet, a few of nobody, a few undone; disputes of
 * receipts and statements, all but some of them resolved.
 */
export const paymentsSql = `
  insert into payment_files (id, format, sha256, rows, taken, known, ignored, lines, by, received_at)
  select 'pf-' || lpad(to_hex(n), 16, '0'), 'bank', n, 50, 50, 0, 0, '[]', 'k', now() - n * interval '1 hour' from generate_series(1, ${payments / 50}) n;
  insert into payments (id, file, line, amount_fen, paid_at, payer, payer_name, reference, recorded_at)
  select 'bank.110906123410901.C' || n, 'pf-' || lpad(to_hex(1 + n / 50), 16, '0'), 1 + n % 50, 3600, at, '62220200001', 'A fleet', 'for a month', at
  from generate_series(1, ${payments}) n, lateral (select pg_temp.base() - n * interval '3 hours' as at) t;
  create temp table bills as
  select id, party, row_number() over (order by month, party) as n, count(*) over () as count from statements where kind = 'fleet';
  -- One in fifty is of nobody yet: the old ones.
  insert into payment_matches (payment, n, party, statement, amount_fen, reason, by, matched_at)
  select 'bank.110906123410901.C' || p, 1, b.party, case when p % 20 <> 3 then b.id end, case when p % 100 = 7 then 1800 else 3600 end, 'statementNumber',
    'service', now() - p * interval '3 hours'
  from generate_series(1, ${payments}) p join bills b on b.n = 1 + p % b.count where p < ${payments * 0.98};
  insert into payment_matches (payment, n, party, statement, amount_fen, undoes, reason, by, matched_at)
  select payment, 2, party, statement, -amount_fen, 1, 'of another', 'k', matched_at from payment_matches where hashtext(payment) % 100 = 1;
  insert into payment_matches (payment, n, party, statement, amount_fen, reason, by, matched_at)
  select payment, 3, 'tiny-cabs', null, -amount_fen, 'a second look', 'k', matched_at from payment_matches where n = 2;

  insert into payments_in_suspense (payment, amount_fen)
  select p.id, p.amount_fen - coalesce(m.fen, 0) from payments p
    left join (select payment, sum(amount_fen) as fen from payment_matches group by payment) m on m.payment = p.id
  where p.amount_fen > coalesce(m.fen, 0);

  insert into disputes (id, party, swap, disputed, disputed_fen, leases, evidence, state, reason, opened_by, opened_at, outcome)
  select 'd-' || lpad(to_hex(n), 16, '0'), lessee, swap, null, 3600, array[lease], 3, case when n % 50 = 0 then 'open' else 'resolved' end, 'not ours', 'k',
    pg_temp.base() - (8000 - n) * interval '1 hour', case when n % 50 > 0 then 'rejected' end
  from (select swap, lessee, lease, row_number() over (order by hashtext(swap)) as n from receipts where lessee is not null) r where n <= 7200;
  insert into disputes (id, party, statement, disputed, disputed_fen, leases, evidence, state, reason, opened_by, opened_at, outcome)
  select 'd-' || lpad(to_hex(7200 + n), 16, '0'), party, id, null, 3600, '{}', 3, case when n % 50 = 0 then 'open' else 'resolved' end, 'not ours', 'k',
    pg_temp.base() - (800 - n) * interval '1 hour', case when n % 50 > 0 then 'rejected' end
  from bills where n <= 800;
  insert into dispute_evidence (dispute, n, kind, source, body, by)
  select id, n, 'comment', 'x', '{"text":"x","references":[]}', 'k' from disputes, generate_series(1, 3) n;`;
