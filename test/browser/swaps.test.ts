import { expect } from 'vitest';
import type { ReceiptDetail } from '../../schema/wire/api/settlement.ts';
import type { SwapDetail, SwapLog } from '../../schema/wire/api/swap.ts';
import type { SwapStatistics } from '../../schema/wire/api/swap-statistics.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();

/** One of the demo's past, which has its bill. */
async function aBilledSwap(): Promise<{ swap: SwapDetail; receipt: ReceiptDetail; log: SwapLog }> {
  const receipts = await site.ask<{ items: { swap: string }[] }>('admin', '/receipts?limit=1');
  const id = receipts.body.items[0]?.swap ?? '';
  const [swap, receipt, log] = await Promise.all([
    site.ask<SwapDetail>('admin', `/swaps/${id}`),
    site.ask<ReceiptDetail>('admin', `/receipts/${id}`),
    site.ask<SwapLog>('admin', `/swaps/${id}/log`),
  ]);
  return { swap: swap.body, receipt: receipt.body, log: log.body };
}

test('a swap is found by its car; its page has each step, its packs, its bill and all that was said', async () => {
  const { swap, receipt, log } = await aBilledSwap();
  const page = await site.open('operations', '/swaps');
  await page.getByLabel('Vehicle (VIN)').fill(swap.vehicle);
  await page
    .getByRole('row')
    .filter({ hasText: swap.vehicle })
    .getByRole('link', { name: swap.id, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name: `Swap ${swap.id}` }).waitFor();

  const steps = page.getByRole('table', { name: 'Steps of the swap' });
  await expect.poll(() => steps.getByRole('row').count()).toBe(swap.steps.length + 1);
  for (const pack of [swap.packOut, swap.packIn])
    await page
      .getByText(pack ?? '')
      .first()
      .waitFor();
  const bill = page.getByRole('table', { name: 'Lines of the bill' });
  for (const { text } of receipt.lines)
    await bill
      .getByText(text ?? '')
      .first()
      .waitFor();

  const said = page.getByRole('table', { name: 'Events and commands of the swap' });
  await expect.poll(() => said.locator('[data-kind=command]').count()).toBe(log.commands.length);
  await expect.poll(() => said.locator('[data-kind=event]').count()).toBe(log.events.length);
});

test('how swaps went is told in figures that the API has, and each plot has its rows', async () => {
  const to = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const span = `from=${new Date(to - 24 * 3_600_000).toISOString()}&to=${new Date(to + 3_600_000).toISOString()}`;
  const completed = async () => {
    const { body } = await site.ask<SwapStatistics>('admin', `/swaps/statistics?${span}&station=bj-001`);
    return body.completed;
  };
  // The demo may have begun just now.
  await expect.poll(completed, { timeout: 60_000 }).toBeGreaterThan(0);
  const page = await site.open('operations', '/analysis?station=bj-001&days=1');
  await page
    .getByText(/^[1-9]\d* completed/)
    .first()
    .waitFor();
  await page.getByRole('img', { name: /^Time of each step/ }).waitFor();
  await expect.poll(() => page.getByRole('img', { name: /./ }).count()).toBeGreaterThanOrEqual(5);
});
