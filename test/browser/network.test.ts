import { expect } from 'vitest';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { Swap } from '../../schema/wire/api/swap.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();

test('the network shows every station with its power, live; one is chosen on the map and read bay by bay', async () => {
  const page = await site.open('operations', '/network');
  await page.locator('[data-testid=link][data-link=live]').waitFor();
  for (const id of ['bj-001', 'bj-002']) {
    await page.locator(`svg [data-station="${id}"]`).waitFor();
    await page
      .locator(`tr[data-station="${id}"]`)
      .getByText(/^[\d,]+ \/ 1,600$/)
      .waitFor({ timeout: 45_000 });
  }
  await page.locator('svg [data-station="bj-002"] path').click();
  await page.locator('tr[data-station="bj-002"][data-chosen]').waitFor();
  const chosen = page.locator('[data-chosen-station="bj-002"]');
  const { body } = await site.ask<{ items: Bay[] }>('admin', '/stations/bj-002/bays');
  for (const { bay } of body.items) await chosen.locator(`[data-bay="${bay}"]`).waitFor();
  await chosen.getByRole('link', { name: 'Open its board' }).click();
  await page.waitForURL((url) => url.pathname === '/stations/bj-002');
});

test('the network finds a station by its id, and says where none matches', async () => {
  const page = await site.open('regulator', '/network');
  await page.locator('tr[data-station="bj-001"]').waitFor();
  await page.getByLabel('Station, name or address').fill('bj-002');
  await page.getByText('1 of 2 stations').waitFor();
  expect(await page.locator('tr[data-station="bj-001"]').count()).toBe(0);
  await page.getByLabel('Station, name or address').fill('nowhere');
  await page.getByRole('heading', { name: 'No station matches' }).waitFor();
});

test('a swap of a fleet has its packs, and no log of the station', async () => {
  const { body } = await site.ask<{ items: Swap[] }>('fleet', '/swaps?state=completed&limit=1');
  const id = body.items[0]?.id ?? '';
  const page = await site.open('fleet', `/swaps/${id}`);
  await page.getByRole('heading', { level: 2, name: 'Packs' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Events and commands' }).count()).toBe(0);
});
