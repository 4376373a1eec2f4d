import { describe, expect } from 'vitest';
import type { Battery } from '../../schema/wire/api/battery.ts';
import type { StockTake } from '../../schema/wire/api/inventory.ts';
import { dialogOf } from './dialogs.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();

interface List<T> {
  items: T[];
}

describe('batteries', () => {
  test('a pack is found by its code, with its life; it is moved and quarantined, and the service has it so', async () => {
    const { body } = await site.ask<List<Battery>>('admin', '/batteries?place=workshop&status=inService&limit=1');
    const code = body.items[0]?.code ?? '';
    const packNow = async () => (await site.ask<Battery>('admin', `/batteries/${code}`)).body;
    const page = await site.open('operations', '/batteries');
    const field = page.getByLabel('Code, or how it begins');
    await field.fill(code.slice(0, 20));
    await page.getByRole('link', { name: code }).waitFor();
    await field.fill(code);
    await page.getByRole('button', { name: 'Open this pack' }).click();
    await page.getByRole('heading', { level: 1, name: code }).waitFor();

    // The pack went through the two months of the pilot: charges that taught something, and a place after each swap.
    await page.locator('figure[data-chart=shown]').waitFor();
    await page.locator('figure summary').click();
    await page.getByRole('table', { name: /^State of health over time/ }).waitFor();
    for (const tab of ['Custody', 'Charges']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('table', { name: tab }).getByRole('row').nth(1).waitFor();
    }

    await page.getByRole('button', { name: 'Record a move' }).click();
    const move = dialogOf(page);
    await move.choose('To where', 'Truck');
    await move.fill('Which one, as a plate or a site', 'jing-a-1');
    await move.confirm('Record a move', 'to the other workshop');
    await expect.poll(async () => (await packNow()).place?.place).toBe('truck/jing-a-1');
    await page.getByText('Truck jing-a-1').first().waitFor();

    for (const [act, state] of [
      ['Quarantine', 'quarantined'],
      ['Back into service', 'inService'],
    ] as const) {
      await page.getByRole('button', { name: act, exact: true }).click();
      await dialogOf(page).confirm(act, 'coolant on the connector');
      await page.locator(`[data-state=${state}]`).waitFor();
      expect((await packNow()).status).toBe(state);
    }
  });

  test('the slots of a station are looked through, and what was seen is recorded', async () => {
    const page = await site.open('staff', '/stock?station=bj-002');
    await page.getByRole('button', { name: 'All slots are as the ledger has them' }).click();
    const slots = await page.locator('[data-slot][data-seen=asLedger]').count();
    await page.getByRole('button', { name: `Post ${slots} slots` }).click();
    await dialogOf(page).fill('Note', 'seen at the change of shift');
    await dialogOf(page).submit(`Post ${slots} slots`);
    // Swaps go on meanwhile: what has moved since the ledger was read is no difference.
    await page.getByText(`All ${slots} slots are as the ledger has them.`).waitFor();
    const { body } = await site.ask<List<StockTake>>('admin', '/stations/bj-002/stock-takes?limit=1');
    expect(body.items[0]).toMatchObject({ note: 'seen at the change of shift', differences: [] });
    expect(body.items[0]?.seen).toHaveLength(slots);
    await page.getByRole('tab', { name: 'Conservation' }).click();
    await page.locator('[data-state=holds]').waitFor();
  });
});

test('a file is dropped, checked, its wrong rows are named, and the good ones enter when said so', async () => {
  const page = await site.open('operations', '/imports');
  const code = `PLNPE50VC4SD0SE1R${String(Date.now() % 10_000_000).padStart(7, '0')}`;
  const rows = ['code,model,owner,place', `${code},PLN-E50,pack-bank,workshop/fengtai`, 'BAD,PLN-E50,,'];
  const drop = (name: string, type: string) =>
    page.evaluate(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(`${rows.join('\n')}\n`)}], ${JSON.stringify(name)}, { type: ${JSON.stringify(type)} }));
      const place = document.querySelector('section[aria-label="CSV file"]');
      for (const event of ['dragover', 'drop']) place.dispatchEvent(new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true }));
    })()`);
  await page.getByText('Drop a CSV file here').waitFor();
  await drop('packs.pdf', 'application/pdf');
  await page.getByRole('alert').filter({ hasText: 'This is no CSV file.' }).waitFor();
  await drop('packs.csv', 'text/csv');
  await page.getByText(/^packs\.csv ·/).waitFor();
  await page.getByText('The good rows enter').click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('cell', { name: 'must be a 24-character GB/T 34014 pack code' }).waitFor();
  expect((await site.ask('admin', `/batteries/${code}`)).status).toBe(404);
  await page.getByRole('button', { name: 'Bring in the 1 good rows' }).click();
  await expect.poll(async () => (await site.ask('admin', `/batteries/${code}`)).status).toBe(200);
  await page.locator('[data-import=done]').getByText('Done', { exact: true }).waitFor();
});
