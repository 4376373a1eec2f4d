import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { test, useConsole } from './harness.ts';

const site = useConsole();

interface List<T> {
  items: T[];
}

const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click();

describe('the fleet portal', () => {
  test('a swap is reserved for a car, shown with its pack, and cancelled', async () => {
    const { body } = await site.ask<List<{ vin: string }>>('fleet', '/vehicles?limit=1');
    const vin = body.items[0]?.vin ?? '';
    const page = await site.open('fleet', '/fleet/reserve');
    await page.getByRole('textbox', { name: 'Vehicle' }).fill(vin);
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByTestId('promise').waitFor();
    const row = page.getByRole('row').filter({ hasText: vin });
    await row.getByRole('button', { name: 'Cancel' }).click();
    await confirm(page, 'Cancel the reservation');
    await row.waitFor({ state: 'detached' });
    const { body: cancelled } = await site.ask<List<{ vehicle: string }>>('fleet', '/reservations?state=cancelled');
    expect(cancelled.items.map(({ vehicle }) => vehicle)).toContain(vin);
  });

  test('a refusal is said in words, and nothing is reserved', async () => {
    const page = await site.open('fleet', '/fleet/reserve', { allow: [/status of 4\d\d/] });
    await page.getByRole('textbox', { name: 'Vehicle' }).fill('LPTBE25A0SA199999');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByTestId('promise').count()).toBe(0);
  });

  test('a line of a statement is disputed, and the dispute is taken back', async () => {
    const { body } = await site.ask<List<{ id: string }>>('fleet', '/statements?limit=1');
    const id = body.items[0]?.id ?? '';
    const page = await site.open('fleet', `/fleet/statements/${id}`);
    await page.getByRole('button', { name: 'Dispute', exact: true }).first().click();
    await page.getByLabel('Why').fill('The car was in the workshop.');
    await confirm(page, 'Open the dispute');
    await page.getByRole('link', { name: 'To the disputes' }).click();
    await page.getByRole('row').filter({ hasText: id }).getByRole('button', { name: 'Show' }).first().click();
    await page.getByText('attached by itself').first().waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByLabel('Why').fill('Our own mistake.');
    await confirm(page, 'Take back');
    await page.getByRole('table').locator('[data-state=withdrawn]').first().waitFor();
  });
});

describe('the other portals', () => {
  test('an owner sees what each pack earns and may be worth', async () => {
    const page = await site.open('owner', '/owner');
    await page.getByRole('table', { name: 'Packs' }).getByRole('button', { name: 'Ageing' }).first().click();
    await page.getByRole('dialog').waitFor();
  });

  test('a regulator finds the life of a pack by its code', async () => {
    const { body } = await site.ask<List<{ code: string }>>('admin', '/batteries?limit=1');
    const code = body.items[0]?.code ?? '';
    const page = await site.open('regulator', '/regulator');
    await page.getByLabel('Code of a pack').fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('table', { name: 'Life of the pack' }).waitFor();
  });

  test('the secret of a key is shown once; revoked, the key is dead', async () => {
    const page = await site.open('admin', '/keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog').getByLabel('Label').fill('browser test');
    await confirm(page, 'Make a key');
    const secret = (await page.getByTestId('secret').locator('code').textContent()) ?? '';
    const ask = () => fetch(`${site.url()}/api/v1/stations`, { headers: { Authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole('row').filter({ hasText: 'browser test' }).getByRole('button', { name: 'Revoke' }).click();
    await confirm(page, 'Revoke');
    await page
      .getByText(/^Revoked /)
      .first()
      .waitFor();
    expect((await ask()).status).toBe(401);
  });

  test('a person is invited by a link that is shown once', async () => {
    const page = await site.open('admin', '/people');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill(`li.na.${Date.now()}@example.com`);
    await dialog.getByLabel('Name').fill('Li Na');
    await dialog.getByLabel('Role').selectOption('operations');
    await confirm(page, 'Invite');
    const link = (await page.getByTestId('invitation').locator('code').textContent()) ?? '';
    const invited = await site.open(null, link.slice(site.url().length));
    await invited.locator('input[type=password]').first().waitFor();
  });
});
