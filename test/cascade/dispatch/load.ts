import { describe, expect, test } from 'vitest';
import type { SiteLoad } from '../../../schema/wire/api/dispatch.ts';
import { intervalMs } from '../../../schema/wire/cascade/dispatch.ts';
import { here, iso, plan, reading, report, signal, soc } from './here.ts';

describe('the load of a site', () => {
  test('is shown without and with its assets, with limits, prices, what was saved, and the energy compared', async () => {
    await plan({ intervals: 8, loadWh: Array(8).fill(20_000), soc: soc(here.assetA) });
    const evening = Date.parse('2026-08-12T09:00:00Z');
    here.world.clock.now = evening - 30 * 60_000;
    await signal(90_000, evening, evening + intervalMs);
    here.world.clock.now = evening + 3_600_000;
    await report(
      reading(evening - intervalMs, { dischargeWh: 0, socPct: 60 }),
      reading(evening, { loadWh: 26_000, socPct: 49 }),
      reading(evening + intervalMs, { loadWh: 24_000, dischargeWh: 3_800, socPct: 40 }),
    );
    const { body } = await here.world.send<SiteLoad>(
      'GET',
      `${here.site}/load?from=${iso(evening)}&to=${iso(evening + 4 * intervalMs)}`,
      undefined,
      'regulator',
    );
    expect(body.summary).toEqual({
      intervals: 2,
      peakWithoutW: 104_000,
      peakWithW: 88_000,
      // 26 and 24 kWh at 1.04 yuan.
      costWithoutFen: 2_704 + 2_496,
      costWithFen: 5_200 - 416 - 395,
      savedFen: 811,
      chargeWh: 0,
      dischargeWh: 7_800,
      fedInWh: 0,
    });
    // 7,800 / 0.95 by the meters, 20 % of 40 kWh by the state of charge.
    expect(body.balances).toMatchObject([
      { asset: here.assetA, balance: { byMetersWh: -8_211, bySocWh: -8_000, differenceWh: 211, differencePct: 2.7 } },
    ]);
    expect(body.intervals).toHaveLength(4);
    expect(body.intervals[0]).toEqual({
      startsAt: iso(evening),
      actual: { loadWh: 26_000, chargeWh: 0, dischargeWh: 4_000, gridWh: 22_000 },
      planned: null,
      importLimitW: 90_000,
      exportLimitW: 0,
      period: 'peak',
      priceMicro: 1_040_000,
    });
    expect(body.intervals[3]).toMatchObject({ actual: null, importLimitW: 100_000, period: 'peak' });
    const today = await here.world.send<SiteLoad>('GET', `${here.site}/load`);
    expect([today.body.from, today.body.intervals.length]).toEqual(['2026-08-11T16:00:00.000Z', 96]);
    expect(today.body.intervals.filter(({ planned }) => planned).map(({ planned }) => planned?.loadWh)).toEqual(
      Array(8).fill(20_000),
    );
    const csv = await here.world.app.request(`/api/v1/second-life-sites/${here.site}/readings`, {
      headers: { Authorization: `Bearer ${here.world.keys.regulator}`, Accept: 'text/csv' },
    });
    const lines = (await csv.text()).trim().split('\r\n');
    expect([lines.length, lines[0]?.startsWith('asset,site,startsAt,plan')]).toEqual([4, true]);
  });

  test.each(['from=2026-08-12T00:00:00Z&to=2026-08-12T00:10:00Z', 'from=2026-01-01T00:00:00Z&to=2026-02-05T00:00:00Z'])(
    'a span of nothing, or of too much, is refused: %s',
    async (query) => {
      expect((await here.world.send('GET', `${here.site}/load?${query}`)).status).toBe(400);
    },
  );
});
