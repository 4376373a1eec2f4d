import type { Size } from './data-set.ts';

/** Some sites have forty days of readings and plans behind them, and a hundred times as many have none. */
const sites = 1_200;
const sitesRead = 6;

const json = (value: unknown): string => `'${JSON.stringify(value)}'::jsonb`;
const interval = `jsonb_build_object('startsAt', to_char(at + q * interval '15 minutes', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'), 'chargeWh', 0,
  'dischargeWh', 4600, 'storedWh', 20000, 'loadWh', 12000, 'othersWh', 0, 'period', 'flat', 'priceMicro', 700000, 'importLimitW', 250000,
  'exportLimitW', 0)`;
const basis = json({ because: null, load: 'given', soc: 'given', shaveToW: null, note: null });
const figures = json({
  costWithoutFen: 4_000,
  costWithFen: 3_000,
  peakWithoutW: 90_000,
  peakWithW: 60_000,
  overLimitWithoutWh: 0,
  overLimitWithWh: 0,
  chargeWh: 0,
  dischargeWh: 4_600,
  startWh: 20_000,
  endWh: 15_400,
  tariffs: ['single-rate-1-10kV/2026-11-01'],
  signals: [],
});

/** What becomes of packs that no car gets any more: graded, at a site that shaves its peaks with them, or with a recycler. */
export const secondLifeSql = ({ stations }: Size): string => `
  insert into gradings (pack, n, policy, grade, soh_pct, reasons, test, inputs, place, tested_at, graded_at, graded_by)
  select code, 1, 1, case when row_number() over (order by code) % 3 = 0 then 'A' else 'B' end, 70, '[]', '{}', '{}', 'workshop', pg_temp.base(),
    pg_temp.base() - row_number() over (order by code) * interval '1 minute', 'k'
  from batteries where status = 'secondLife';
  insert into second_life_sites (id, name, import_limit_w, tariff_category, station, changed_by)
  select 'depot-' || n, 'Depot ' || n, 250000, 'single-rate-1-10kV', case when n % 4 = 0 then pg_temp.station(1 + n % ${stations}) end, 'k'
  from generate_series(1, ${sites}) n;
  insert into second_life_assets (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct, charge_efficiency_pct,
    discharge_efficiency_pct, state, grading, commissioned_at, event_n, changed_by)
  select 'PLNPE50GB1' || lpad(n::text, 7, '0') || 'RP', code, 'depot-' || 1 + (n - 1) % ${sites}, case when n % 5 = 0 then 'backup' else 'peakShaving' end,
    20000, 30000, 10, 90, 0, 95, 95, case when n % 50 = 0 then 'faulted' when n % 40 = 1 then 'planned' else 'commissioned' end, 1, now(), 3, 'k'
  from (select code, row_number() over (order by hashtext(code), code) as n from batteries where status = 'secondLife') packs;
  insert into asset_events (asset, n, type, body, by, occurred_at, recorded_at)
  select a.code, n, case n when 1 then 'planned' when 2 then 'commissioned' else 'changed' end, '{}', 'k', at, at
  from second_life_assets a, generate_series(1, 3) n, lateral (select pg_temp.base() - (90 - n) * interval '1 day' as at) t;

  insert into recyclings (pack, recycler, weight_kg, receipt_number, handed_over_at, reason, by, recorded_at)
  select code, 'recycler/' || case when n % 3 = 0 then 'brunp-tianjin' else 'recycler-' || n % 20 end, 330, 'R-' || n, at, 'graded recycle', 'k', at
  from (select code, row_number() over (order by hashtext(code), code) as n from batteries where status = 'recycled') packs,
    lateral (select pg_temp.base() - n * interval '10 minutes' as at) t;

  insert into grid_signals (site, type, limit_w, from_at, to_at, reference, by, recorded_at)
  select 'depot-' || s, 'IMPORT_CAPACITY_LIMIT', 120000, at, at + interval '1 hour', 'event-' || n, 'k', at - interval '1 day'
  from generate_series(1, ${sites}) s, generate_series(1, 20) n, lateral (select pg_temp.base() - n * interval '3 days' as at) t;
  insert into site_tariffs (site, from_day, category, by)
  select 'depot-' || s, date '2024-01-01' + 7 * n, 'single-rate-1-10kV', 'k' from generate_series(1, ${sites}) s, generate_series(1, 100) n;
  insert into dispatch_marks (site, plan_n, reading_n) select 'depot-' || s, 100, 5000 from generate_series(1, ${sites}) s;
  insert into dispatch_plans (asset, n, site, making, from_at, to_at, request, intervals, figures, made_at, by)
  select a.code, n, a.site, n, at, at + interval '1 hour', ${basis}, (select jsonb_agg(${interval} order by q) from generate_series(0, 3) q), ${figures},
    at - interval '1 hour', 'k'
  from second_life_assets a, generate_series(1, 60) n, lateral (select pg_temp.base() - (60 - n) * interval '1 day' as at) t
  where n <= case when a.site = any(select 'depot-' || s from generate_series(1, ${sitesRead}) s) then 60 else 1 end;
  insert into dispatch_readings (asset, site, starts_at, plan, planned_charge_wh, planned_discharge_wh, charge_wh, discharge_wh, load_wh, used_wh, soc_pct,
    tariff, period, price_micro, cost_fen, worth_fen, by, recorded_at)
  select a.code, a.site, at, 1, 0, 4600, 0, 4600, 12000, 4600, 50, 'single-rate-1-10kV/2026-11-01', 'flat', 700000, 0, 322, 'k', at + interval '15 minutes'
  from second_life_assets a, generate_series(1, 96 * 40) q, lateral (select pg_temp.base() - q * interval '15 minutes' as at) t
  where a.site = any(select 'depot-' || s from generate_series(1, ${sitesRead}) s);
  insert into dispatch_alarms (site, key, raised_at, code, level, detail, worst_wh, quarters, last_at, cleared_at)
  select 'depot-' || s, 'importLimitBroken', at, 'importLimitBroken', 2, 'beyond the limit', 500, 2, at + interval '15 minutes',
    case when n > 1 then at + interval '30 minutes' end
  from generate_series(1, ${sites}) s, generate_series(1, 10) n, lateral (select pg_temp.base() - n * interval '2 days' as at) t;`;
