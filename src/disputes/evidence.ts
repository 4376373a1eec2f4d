import { type SQL, sql } from 'drizzle-orm';
import { charges } from '../../schema/tables/charges.ts';
import { custodyMoves } from '../../schema/tables/custody.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { events } from '../../schema/tables/events.ts';
import { leaseEvents } from '../../schema/tables/leases.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { planVersions } from '../../schema/tables/plans.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import { tariffs } from '../../schema/tables/tariffs.ts';
import type { Bill } from './bill.ts';

/** Lines of the log that lie between those of one swap, at most: other bays and slots are at work in the same station. */
const linesAround = 2_000;
const mostEvents = 500;

type Piece = [kind: string, from: SQL];

/** The part of a statement that collects what is known of a bill: `kind`, `source`, `body`, and `n` from 1. */
export function collectedPart(bill: Bill): SQL {
  const pieces = bill.swap === null ? ofStatement(bill) : ofSwap(bill.swap);
  const each = pieces.map(
    ([kind, from], at) =>
      sql`select ${at}::int as part, ${kind}::text as kind, p.source, p.body, p.position from (${from}) p`,
  );
  return sql`select row_number() over (order by part, position)::int as n, kind, source, body from (${sql.join(each, sql` union all `)}) all_of_it`;
}

/** The receipt, what priced it, and the records of the log: arrival, pack reads, hand-overs, release, meter readings. */
function ofSwap(swap: string): Piece[] {
  const mine = sql`(select * from ${receipts} where swap = ${swap})`;
  return [
    ['receipt', sql`select r.swap as source, to_jsonb(r) - 'link_token' as body, 1::bigint as position from ${mine} r`],
    [
      'tariff',
      sql`select r.tariff as source, to_jsonb(t) as body, 1::bigint as position from ${mine} r
        join ${tariffs} t on t.category || '/' || t.valid_from = r.tariff`,
    ],
    [
      'plan',
      sql`select v.plan || '/' || v.version as source, to_jsonb(v) as body, 1::bigint as position from ${mine} r
        join ${planVersions} v on v.plan = r.plan and v.version = r.plan_version`,
    ],
    ['event', eventsOf(swap)],
    ['charge', chargesOf(mine)],
    [
      'leaseEvent',
      sql`select e.lease || '/' || e.n as source, to_jsonb(e) as body, e.n::bigint as position from ${mine} r
        join ${leaseEvents} e on e.lease = r.lease`,
    ],
    ['transfer', transfersOf('receipt', swap)],
    ['note', notesWhere(sql`n.swap = ${swap}`)],
  ];
}

/** Neighbours in the log of the hand-overs and commands of a swap: those that name it, and all of its bay while the car stood in it. */
const eventsOf = (swap: string): SQL => sql`
  select e.station || '/' || e.n as source, to_jsonb(e) - 'prev_hash' - 'hash' as body, e.n as position
  from ${swaps} s,
    lateral (select min(x.n) as first, max(x.n) as last from (
      select m.event_n as n from ${custodyMoves} m where m.pack in (s.pack_out, s.pack_in) and m.swap = s.id and m.event_n is not null
      union all select o.event_n from swap_steps t join outbox o on o.id = t.command_id where t.swap = s.id) x) own,
    lateral (
      select * from ${events} e
      where e.station = s.station and e.n between own.first - ${linesAround} and own.last + ${linesAround}
        and e.recorded_at >= s.in_position_at - interval '1 day'
        and (e.swap = s.id or (e.bay = s.bay and e.occurred_at between s.in_position_at and coalesce(s.left_at, s.ended_at, s.released_at)))
      order by e.n limit ${mostEvents}) e
  where s.id = ${swap}`;

/** The last charge of the pack given, with the register of the slot's meter at both ends. */
const chargesOf = (mine: SQL): SQL => sql`
  select c.station || '/' || c.event_n as source, to_jsonb(c) as body, c.event_n as position from ${mine} r,
    lateral (
      (select * from ${charges} c where c.pack = r.usage #>> '{packIn,code}' and c.station = r.station and c.phase = 'ended'
        and c.occurred_at <= r.released_at order by c.occurred_at desc limit 1)
      union all
      (select * from ${charges} c where c.pack = r.usage #>> '{packIn,code}' and c.station = r.station and c.phase = 'started'
        and c.occurred_at <= r.released_at order by c.occurred_at desc limit 1)) c`;

const transfersOf = (cause: string, id: string): SQL => sql`
  select t.id::text as source, to_jsonb(t) as body, t.line::bigint as position from ${transfers} t where t.cause = ${cause} and t.cause_id = ${id}`;

const notesWhere = (where: SQL): SQL => sql`
  select n.id as source, to_jsonb(n) as body, row_number() over (order by n.issued_at, n.id) as position from ${notes} n where ${where}`;

/** The statement, the versions of the plans its lines name, the leases' history, and which receipts stand on it. */
function ofStatement({ statement, leases }: Bill): Piece[] {
  const id = statement ?? '';
  const itsLines = sql`select distinct l -> 'basis' ->> 'plan' as plan, l -> 'basis' ->> 'planVersion' as version
    from ${statements} s, jsonb_array_elements(s.lines) l where s.id = ${id}`;
  return [
    [
      'statement',
      sql`select s.id as source, to_jsonb(s) as body, 1::bigint as position from ${statements} s where s.id = ${id}`,
    ],
    [
      'receipt',
      sql`select ${id}::text as source, jsonb_build_object('swaps', jsonb_agg(i.item order by i.item)) as body, 1::bigint as position
        from ${statementItems} i where i.statement = ${id} and i.kind = 'receipt' having count(*) > 0`,
    ],
    [
      'plan',
      sql`select v.plan || '/' || v.version as source, to_jsonb(v) as body, row_number() over (order by v.plan, v.version) as position
        from (${itsLines}) l join ${planVersions} v on v.plan = l.plan and v.version::text = l.version`,
    ],
    [
      'leaseEvent',
      sql`select e.lease || '/' || e.n as source, to_jsonb(e) as body, row_number() over (order by e.lease, e.n) as position
        from ${leaseEvents} e where e.lease = any(${sql.param(leases)}::text[])`,
    ],
    ['transfer', transfersOf('statement', id)],
    ['note', notesWhere(sql`n.corrects = ${id} or n.statement = ${id}`)],
  ];
}
