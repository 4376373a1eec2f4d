import { newLease } from '../../machines/lease/step.ts';
import type { RetirementInputs } from '../../schema/wire/cascade/retirement.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { Size } from './data-set.ts';

/** A lease as the machine stores it; what it says of its car is the same in all of them, and no query looks into it. */
const { definition, sourceHash, snapshot } = newLease({
  lease: 'l-0000000000000001',
  vin: 'LNBSCB3F6JD000001',
  lessee: 'blue-taxi',
  owner: 'pack-bank',
  plan: { plan: 'taxi-standard', version: 1, graceDays: 7 },
  minimumTermMonths: 12,
  now: 0,
}).stored;
const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
const judged: RetirementInputs = {
  estimate: null,
  bmsSohPct: 95,
  resistanceMohm: null,
  referenceMohm: null,
  cellSpreadMv: null,
  negativeEvents: 0,
  thermalEvents: 0,
  ageYears: 3,
};
const money = `'[{"kind":"energy","quantity":40000,"unit":"Wh","unitPriceMicro":900000,"amountFen":3600,"rule":"energy","basis":{}}]'`;

/** What was earned, owed and told of it: plans, leases, receipts, books, statements, the health of packs and their lives. */
export const settlementSql = ({ stations, batteries, vehicles, swaps }: Size): string => `
  insert into tariffs (category, valid_from, valid_to, "table", published_by)
  select category, make_date(2024 + n / 12, 1 + n % 12, 1), (make_date(2024 + n / 12, 1 + n % 12, 1) + interval '1 month')::date, '{}', 'k'
  from unnest(array['single-rate-1-10kV', 'two-part-35kV']) category, generate_series(0, 35) n;
  insert into station_tariffs (station, from_day, category, by)
  select pg_temp.station(s), '2024-01-01', 'single-rate-1-10kV', 'k' from generate_series(1, ${stations}) s;
  insert into plans (id, owner, name, is_walk_in, created_by)
  select case n when 1 then 'taxi-standard' when 2 then 'walk-in' else 'plan-' || n end, case when n > 2 then 'pack-bank' end, 'Plan ' || n, n = 2, 'k'
  from generate_series(1, 300) n;
  insert into plan_versions (plan, version, terms, published_by)
  select p.id, v, ${quoted(planTerms.parse({}))}::jsonb, 'k' from plans p, generate_series(1, 3) v;

  insert into leases (id, vin, lessee, owner, plan, plan_version, state, from_day, definition, source_hash, snapshot, created_by)
  select 'l-' || lpad(to_hex(v), 16, '0'), pg_temp.vin(v), fleet, case when v % 50 = 0 then 'small-owner' else 'pack-bank' end, 'taxi-standard', 1,
    case when v % 20 = 0 then 'ended' when v % 21 = 0 then 'suspended' else 'active' end, '2025-01-01', ${definition}, '${sourceHash}',
    ${quoted(snapshot)}::jsonb, 'k'
  from (select v, pg_temp.fleet(v) as fleet from generate_series(1, ${vehicles}) v) cars where fleet is not null;
  insert into lease_events (lease, n, type, body, effective_day, by)
  select l.id, n, case n when 1 then 'quoted' when 2 then 'activated' else 'planChanged' end,
    jsonb_build_object('vin', l.vin, 'plan', 'taxi-standard', 'version', 1), l.from_day, 'k'
  from leases l, generate_series(1, 3) n;

  insert into receipts (swap, station, vin, lessee, owner, lease, plan, plan_version, tariff, released_at, odometer_km, energy_wh, lines, total_fen,
    usage, link_token)
  select s.id, s.station, s.vin, s.fleet, 'pack-bank', 'l-1', 'taxi-standard', 1, 'single-rate-1-10kV/2026-08-01', s.released_at, s.odometer_km,
    40000, ${money}, 3600, jsonb_build_object('swap', s.id, 'station', s.station, 'vin', s.vin, 'odometerKm', s.odometer_km,
      'inPositionAt', 1777624278000, 'releasedAt', 1777624358000, 'leftAt', null, 'lease', null,
      'packOut', jsonb_build_object('code', s.pack_out, 'socPct', 20, 'energyWh', 10000, 'nominalWh', 50000, 'sohPct', 95),
      'packIn', jsonb_build_object('code', s.pack_in, 'socPct', 95, 'energyWh', 47500, 'nominalWh', 50000, 'sohPct', 95)), repeat('0', 32)
  from swaps s where s.state = 'completed' order by s.in_position_at desc limit ${swaps / 10};
  insert into charge_costs (charge, station, slot, pack, started_at, ended_at, metered_wh, tariff, lines, cost_fen)
  select c.station || '/' || c.event_n || '/0', c.station, c.slot, c.pack, c.occurred_at - interval '1 hour', c.occurred_at, 40000,
    'single-rate-1-10kV/2026-08-01', ${money}, 2400
  from charges c where c.phase = 'ended' on conflict do nothing;
  insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at, recorded_at)
  select 'receivable:' || coalesce(r.lessee, 'walk-in'), credit, 1800, 'receipt', r.swap, line, r.released_at, r.released_at
  from receipts r, lateral (values (1, 'revenue:energy'), (2, 'payable:pack-bank')) as two (line, credit) order by r.released_at;
  insert into balance_snapshots (at, account, counted_before, debit_fen, credit_fen, transfers)
  select date_trunc('month', now()) - m * interval '1 month', account, date_trunc('month', now()) - m * interval '1 month' + interval '3 days', 0, 0, 0
  from generate_series(1, 12) m, (select distinct debit as account from transfers union select distinct credit from transfers) a;
  insert into statements (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen, due_day, closed_by)
  select (case o.kind when 'fleet' then 's-' else 'o-' end) || month || '-' || o.id, o.kind, o.id, month, ${money}, '[]', 0, 3600, 0, 0, 3600,
    case o.kind when 'fleet' then '2026-09-15'::date end, 'k'
  from organisations o, lateral (select to_char(make_date(2019 + n / 12, 1 + n % 12, 1), 'YYYY-MM') as month from generate_series(0, 91) n) months
  where o.kind in ('fleet', 'owner');
  insert into statement_items (kind, item, statement)
  select 'receipt', r.swap, 's-' || to_char(make_date(2019 + m / 12, 1 + m % 12, 1), 'YYYY-MM') || '-' || coalesce(r.lessee, 'blue-taxi')
  from receipts r, lateral (select (hashtext(r.swap) & 63) + 28 as m) months;

  insert into battery_health (pack, belief, soh_pct, low_pct, high_pct, readings, used, judged_at)
  select pg_temp.pack(n), '{}', 90, 88, 92, 3, 3, pg_temp.base() from generate_series(1, ${batteries}) n;
  insert into battery_health_readings (pack, n, charge, station, slot, ended_at, soh_pct, low_pct, high_pct)
  select pg_temp.pack(b), n, 'c/' || b || '/' || n, pg_temp.station(1 + b % ${stations}), 1, pg_temp.base() - n * interval '1 day', 90, 88, 92
  from generate_series(1, ${batteries}) b, generate_series(1, 2) n;
  insert into retirement_decisions (swap, pack, station, policy_version, retire, reasons, inputs, judged_at)
  select swap, usage #>> '{packOut,code}', station, 1, false, '[]', ${quoted(judged)}::jsonb, released_at from receipts limit 100000;
  insert into thermal_events (pack, source, n, detail, occurred_at)
  select pg_temp.pack(1 + n * 7 % ${batteries}), 'bj-001/x', n, 'hot', now() from generate_series(1, 6000) n;

  insert into life_events (code, type, source, occurred_at, party, owner, station, from_place, to_place)
  select pg_temp.pack(1 + n % ${batteries}), case when n % 10 = 0 then 'retired' when n % 2 = 0 then 'installed' else 'removed' end, 'move/' || n,
    pg_temp.base() - (100000 - n) * interval '20 seconds', 'pitlane', pg_temp.owner(1 + n % ${batteries}),
    pg_temp.station(1 + pg_temp.chance(n, 21, ${stations})), 'delivery', 'vehicle/x'
  from generate_series(1, 100000) n;
  insert into life_duties (event, station, within_days, due_day, report, reported_at)
  select id, station, 15, (occurred_at + interval '15 days')::date, case when id % 100 > 1 then 1 + id / 1000 end,
    case when id % 100 > 1 then occurred_at + interval '3 days' end
  from life_events;
  insert into life_reports (prepared_by, events, prepared_at) select 'k', 1000, now() - n * interval '1 hour' from generate_series(1, 210) n;

  insert into notes (id, reason, party, statement, text, lines, total_fen, by, issued_at)
  select 'n-' || lpad(to_hex(m), 16, '0'), 'correction', party, id, 'x', '[]', -100, 'k', now() - m * interval '1 hour'
  from (select id, party, row_number() over (order by hashtext(id)) as n from statements where kind = 'fleet') bills, generate_series(0, 1) again,
    lateral (select bills.n * 2 + again as m) twice;`;
