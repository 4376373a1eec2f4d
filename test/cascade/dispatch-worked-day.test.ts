import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DispatchStore } from '../../machines/cascade/dispatch.ts';
import { planSite } from '../../machines/cascade/site-dispatch.ts';
import { siteOutcome } from '../../machines/cascade/site-outcome.ts';
import { projectRoot } from '../../src/platform/paths.ts';

interface Block {
  hours: [from: number, to: number];
  loadW: number;
  priceMicro: number;
}
interface Example {
  importLimitW: number;
  startPct: number;
  assets: Record<string, DispatchStore>;
  day: Block[];
  figures: object;
}

test('the worked day of docs/dispatch.md comes to what it says', () => {
  const page = readFileSync(join(projectRoot, 'docs/dispatch.md'), 'utf8');
  const [, text = ''] = /```json example\n(.*?)```/s.exec(page) ?? [];
  const { importLimitW, startPct, assets, day, figures } = JSON.parse(text) as Example;
  const intervals = day.flatMap(({ hours: [from, to], loadW, priceMicro }) =>
    Array.from({ length: (to - from) * 4 }, () => ({ loadWh: loadW / 4, priceMicro, importLimitW, exportLimitW: 0 })),
  );
  expect(intervals).toHaveLength(96);
  const plans = planSite(
    intervals,
    Object.entries(assets).map(([asset, store]) => ({ asset, store, startWh: (store.energyWh * startPct) / 100 })),
  );
  const moved = intervals.map((_, at) => ({
    chargeWh: plans.reduce((sum, { steps }) => sum + (steps[at]?.chargeWh ?? 0), 0),
    dischargeWh: plans.reduce((sum, { steps }) => sum + (steps[at]?.dischargeWh ?? 0), 0),
  }));
  expect(siteOutcome(intervals, moved)).toEqual(figures);
});
