import postgres from 'postgres';
import type { LiveWorld } from '../live-world.ts';

export const examplePack = 'PLNPE50VC4SD0SE1R0000007';

const packRead = { code: examplePack, socPct: 50, sohPct: 93, energyWh: 25_000, nominalWh: null };

const monthlyFee = {
  kind: 'monthlyFee',
  quantity: 30,
  unit: 'day',
  unitPriceMicro: 10_000_000,
  amountFen: 30_000,
  rule: 'monthlyFeeByDay',
  basis: {},
};

/** Puts what the examples name into the database of a running station `bj-001`. */
export async function seedExamples({ databaseUrl }: LiveWorld): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`insert into organisations (id, kind, name, name_en) values
      ('yi-dian', 'owner', '易电', 'Yi Dian'), ('green-taxi', 'fleet', '绿色出租', 'Green Taxi')`;
    await sql`insert into vehicles (vin, fleet) values ('LNBSCB3F6JD100002', 'green-taxi')
      on conflict (vin) do nothing`;
    await sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at)
      values ('bj-001.1.1', 'bj-001', '1', 'LNBSCB3F6JD100001', 'completed', 1000, now())`;
    const usage = {
      vin: 'LNBSCB3F6JD100001',
      odometerKm: 1000,
      inPositionAt: Date.now(),
      packOut: packRead,
      packIn: packRead,
    };
    await sql`insert into receipts (swap, station, vin, plan, plan_version, tariff, released_at, odometer_km, energy_wh, lines, total_fen, usage, link_token)
      values ('bj-001.1.1', 'bj-001', 'LNBSCB3F6JD100001', 'walk-in', 1, 'single-rate-1-10kV/2026-08-01', now(), 1000, 0, '[]', 0, ${sql.json(usage)},
        ${'0'.repeat(32)})`;
    await sql`insert into outbox (id, station, bay, machine, instance, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n)
      values ('bj-001/1/bay/main/7.42.0', 'bj-001', '1', 'bay', 'main', 'hold', 'x', '{"params":{}}', 7, 1, 1, 'completed', 1)`;
    await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
      values ('PLN-OLD', 'Pitlane 40 kWh', 'LFP', 40000, 350, 330, 'frame-a', 'plug-400')`;
    await sql`insert into users (id, email, name, role, stations)
      values ('u562a95833159', 'wang@example.com', 'Wang', 'staff', '{bj-001}')`;
    await sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n)
      values ('bj-001', 'smoke/slots', 4, 'smoke', 'smoke in the slots', now(), 1)`;
    await sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
      values ('bj-001', ${`moved/${examplePack}`}, 'packMoved', ${sql.json([examplePack])}, 'seen elsewhere', now(), 1)`;
    for (const [pack, grade] of [
      ['PLNPE50VC4SD0SE1R0000008', null],
      ['PLNPE50VC4SD0SE1R0000009', 'B'],
      ['PLNPE50VC4SD0SE1R0000012', 'B'],
      ['PLNPE50VC4SD0SE1R0000010', 'B'],
      ['PLNPE50VC4SD0SE1R0000011', 'recycle'],
      ['PLNPE50VC4SD0SE1R0000013', 'recycle'],
    ] as const) {
      await sql`insert into batteries (code, model, firmware, status) values (${pack}, 'PLN-NEW', '', 'retired')`;
      await sql`insert into custody (pack, kind, place, version, since) values (${pack}, 'workshop', 'workshop/fengtai', 1, now())`;
      if (grade === null) continue;
      const part = { at: '2026-05-01T06:00:00Z', operator: 'Li', device: 'meter' };
      const energy = {
        method: 'GB/T 34015',
        temperatureC: 25,
        chargeA: 50,
        dischargeA: 50,
        ratedAh: 150,
        dischargedAh: [100, 100],
      };
      const test = {
        visual: { at: part.at, operator: 'Li', findings: [], isFit: true },
        insulation: { ...part, ohmPerV: 500 },
        residualEnergy: { ...part, ...energy },
        measured: {},
      };
      const figures = { ageYears: null, fullCycles: null, ohmPerV: 500, residualAh: 100, spreadPct: 0, pulse: null };
      await sql`insert into gradings (pack, n, policy, grade, soh_pct, reasons, test, inputs, place, tested_at, graded_by)
        values (${pack}, 1, 1, ${grade}, 66.7, '[]', ${sql.json(test)}, ${sql.json({ thermalEvents: 0, negativeEvents: 0, ...figures })},
          'workshop/fengtai', now(), 'test')`;
    }
    await sql`insert into second_life_sites (id, name, import_limit_w, tariff_category, changed_by)
      values ('depot-1', '大兴车场', 200000, 'single-rate-1-10kV', 'test')`;
    await sql`insert into dispatch_alarms (site, key, raised_at, code, level, detail, worst_wh, quarters, last_at)
      values ('depot-1', 'importLimitBroken', '2026-05-01T04:00:00Z', 'importLimitBroken', 2, 'the site took 220000 W, may 200000 W', 4500, 1, '2026-05-01T04:00:00Z')`;
    await seedAsset(sql, { asset: 'PLNPE50GB10000001RP', pack: 'PLNPE50VC4SD0SE1R0000012' });
    await sql`insert into recyclings (pack, recycler, weight_kg, receipt_number, handed_over_at, reason, by)
      values ('PLNPE50VC4SD0SE1R0000013', 'recycler/brunp-tianjin', 320, 'HS-2026-0001', now(), 'graded for recycling', 'test')`;
    await seedDispatch(sql);
    await sql`update batteries set owner = 'yi-dian' where code = ${examplePack}`;
    await sql`insert into work_orders (kind, station, slot, pack, reason) values ('removePack', 'bj-001', 7, ${examplePack}, 'cannot be dispatched')`;
    await sql`with made as (
        insert into life_events (code, type, source, occurred_at) values (${examplePack}, 'removed', 'move/example', now()) returning id)
      insert into life_duties (event, within_days, due_day) select id, 30, current_date + 42 from made`;
    await sql`insert into dead_letters (station, journal_id, seq, boot, type, problem, payload, event_n)
      values ('bj-001', 'j-1', 1, 1, 'packRead', 'no code', '{}', 1)`;
    await sql`insert into statements (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen, due_day, closed_by)
      values ('s-2026-05-green-taxi', 'fleet', 'green-taxi', '2026-05', ${sql.json([monthlyFee])}, '[]', 0, 0, 30000, 0, 30000, '2026-06-15', 'test')`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A pack of the workshop in its second life at depot-1. */
async function seedAsset(sql: postgres.Sql, { asset, pack }: { asset: string; pack: string }): Promise<void> {
  await sql`update batteries set status = 'secondLife' where code = ${pack}`;
  await sql`update custody set kind = 'secondLifeSite', place = 'secondLifeSite/depot-1', version = 2 where pack = ${pack}`;
  await sql`insert into second_life_assets (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct,
      charge_efficiency_pct, discharge_efficiency_pct, grading, changed_by)
    values (${asset}, ${pack}, 'depot-1', 'peakShaving', 20000, 30000, 10, 90, 0, 95, 95, 1, 'test')`;
  await sql`insert into asset_events (asset, n, type, body, by, occurred_at) values (${asset}, 1, 'planned', '{}', 'test', '2026-05-01T06:00:00Z')`;
}

/** A site with an asset that works, and prices for whenever the examples are run. */
async function seedDispatch(sql: postgres.Sql): Promise<void> {
  const hours = [{ from: '00:00', to: '24:00' }];
  const table = {
    category: 'depot-rate',
    validFrom: '2026-01-01',
    validTo: '2100-01-01',
    source: 'demo',
    reference: 'example',
    periods: { peak: [], flat: hours, valley: [], critical: [] },
    prices: { peak: 1_000_000, flat: 700_000, valley: 400_000 },
  };
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values ('depot-rate', '2026-01-01', '2100-01-01', ${sql.json(table)}, 'test')`;
  await sql`insert into second_life_sites (id, name, import_limit_w, tariff_category, changed_by)
    values ('depot-grid', '亦庄车场', 200000, 'depot-rate', 'test')`;
  await sql`insert into second_life_assets (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct,
      charge_efficiency_pct, discharge_efficiency_pct, state, commissioned_at, grading, changed_by)
    values ('PLNPE50GB10000091RP', 'PLNPE50VC4SD0SE1R0000091', 'depot-grid', 'peakShaving', 20000, 30000, 10, 90, 0, 95, 95, 'commissioned', '2026-04-01T00:00:00Z', 1, 'test')`;
}

/** A new controller speaks for the station, as the engine would have noted it. */
export async function announceJournal({ databaseUrl }: LiveWorld): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await sql`update station_marks set pending_journal_id = 'j-9f2c' where station = 'bj-001'`;
  await sql.end({ timeout: 1 });
}
