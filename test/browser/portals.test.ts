import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { OwnedPack } from '../../schema/wire/api/owner.ts';
import type { Reservation } from '../../schema/wire/api/reservation.ts';
import type { StatementView } from '../../schema/wire/api/statement.ts';
import type { Vehicle } from '../../schema/wire/api/vehicle.ts';
import { dialogOf, walkDialog } from './dialogs.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();

interface List<T> {
  items: T[];
}

const yuan = (fen: number) => `¥${(fen / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;

const saved = async (page: Page, button: string): Promise<Buffer> => {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return readFile(await file.path());
};

describe('the fleet portal', () => {
  test('is where a fleet starts; a swap is reserved for a car, shown with its pack, and cancelled', async () => {
    const { body } = await site.ask<List<Vehicle>>('fleet', '/vehicles?limit=1');
    const vin = body.items[0]?.vin ?? '';
    const page = await site.open('fleet', '/', { allow: [/status of 4\d\d/] });
    await page.waitForURL((url) => url.pathname === '/fleet');
    await page.getByRole('link', { name: 'Reservations' }).click();
    await page.getByRole('heading', { level: 1, name: 'Reservations' }).waitFor();
    const car = page.getByLabel(/^Vehicle( \*)?$/).first();

    const reserve = page.getByRole('button', { name: 'Reserve', exact: true });
    await car.fill('LPTBE25A0SA199999');
    await reserve.click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByTestId('promise').count()).toBe(0);

    await car.fill(vin);
    await reserve.click();
    await page.getByTestId('promise').waitFor();
    const { body: open } = await site.ask<List<Reservation>>('fleet', '/reservations?state=open');
    const made = open.items.find(({ vehicle }) => vehicle === vin);
    const row = page.getByRole('row').filter({ hasText: vin });
    await row.getByText(made?.promise?.pack ?? 'no pack').waitFor();
    await row.getByRole('button', { name: 'Cancel' }).click();
    await dialogOf(page).submit('Cancel the reservation');
    await row.waitFor({ state: 'detached' });
    expect((await site.ask<Reservation>('fleet', `/reservations/${made?.id}`)).body.state).toBe('cancelled');
  });

  test('shows leases with what happened to them, in words', async () => {
    const page = await site.open('fleet', '/fleet/leases');
    await page.getByRole('button', { name: 'History' }).first().click();
    await dialogOf(page).dialog.getByText('Begun', { exact: true }).waitFor();
    expect(
      await dialogOf(page)
        .dialog.getByText(/^owner of the packs: pack-bank$/)
        .count(),
    ).toBeGreaterThan(0);
    await walkDialog(page);
  });

  test('a statement is read, saved as PDF and CSV; a line of it is disputed, and the dispute is taken back', async () => {
    const { body } = await site.ask<List<StatementView>>('fleet', '/statements?limit=1');
    const { id = '', totalFen = 0 } = body.items[0] ?? {};
    const page = await site.open('fleet', '/fleet/statements');
    await page.locator(`a[href$="${id}"]`).click();
    await page.getByText(yuan(totalFen)).first().waitFor();
    expect((await saved(page, 'PDF')).subarray(0, 5).toString()).toBe('%PDF-');
    const csv = (await saved(page, 'Lines (CSV)')).toString();
    expect(csv.split('\n')[0]).toContain('amount');
    expect(csv.trim().split('\n').length).toBeGreaterThan(2);

    await page.getByRole('button', { name: 'Dispute', exact: true }).first().click();
    const dispute = dialogOf(page).dialog;
    await dispute.getByLabel('Why').fill('The car was in the workshop.');
    await walkDialog(page);
    await dispute.getByRole('button', { name: 'Open the dispute' }).click();
    await page.getByRole('link', { name: 'To the disputes' }).click();
    await page.getByRole('row').filter({ hasText: id }).getByRole('button', { name: 'Show' }).first().click();
    await page.getByText('attached by itself').first().waitFor();
    await walkDialog(page);
    await page.getByRole('button', { name: 'Take back' }).click();
    await dialogOf(page).confirm('Take back', 'Our own mistake.');
    await page.getByRole('table', { name: 'Disputes' }).locator('[data-state=withdrawn]').first().waitFor();
  });
});

test('an owner starts at its packs: what each earned in a closed month, and how one ages', async () => {
  const page = await site.open('owner', '/');
  await page.waitForURL((url) => url.pathname === '/owner');
  const { body: statements } = await site.ask<List<StatementView>>('owner', '/statements?limit=1');
  const { party = '', month = '' } = statements.items[0] ?? {};
  const { body } = await site.ask<List<OwnedPack>>('owner', `/owners/${party}/packs?month=${month}&limit=200`);
  const pack = body.items.find(({ incomeFen, sohLowPct }) => (incomeFen ?? 0) > 0 && sohLowPct !== null);
  await page.getByLabel('Month').fill(month);
  const row = page.getByRole('row').filter({ hasText: pack?.code ?? 'none has earned anything' });
  const more = page.getByRole('button', { name: 'Show more' });
  await more.waitFor();
  while ((await row.count()) === 0) await more.click();
  await row.getByText(yuan(pack?.incomeFen ?? 0)).waitFor();
  await row.getByRole('button', { name: 'Ageing' }).click();
  await dialogOf(page).dialog.locator('figure[data-chart=shown]').waitFor();
  await walkDialog(page);
});

describe('who administers', () => {
  test('sees the secret of a key once; revoked, the key is dead', async () => {
    const page = await site.open('admin', '/keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await dialogOf(page).fill('Label', 'browser test');
    await walkDialog(page);
    await dialogOf(page).dialog.getByRole('button', { name: 'Make a key', exact: true }).click();
    const secret = (await page.getByTestId('secret').locator('code').textContent()) ?? '';
    const ask = () => fetch(`${site.url()}/api/v1/stations`, { headers: { Authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole('row').filter({ hasText: 'browser test' }).getByRole('button', { name: 'Revoke' }).click();
    await walkDialog(page);
    await dialogOf(page).dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect.poll(async () => (await ask()).status).toBe(401);
  });

  test('invites a person by a link that is shown once', async () => {
    const page = await site.open('admin', '/people');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const { dialog, fill } = dialogOf(page);
    await fill('E-mail', `li.na.${Date.now()}@example.com`);
    await fill('Name', 'Li Na');
    await dialog.getByLabel('Role').selectOption('operations');
    await walkDialog(page);
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = (await page.getByTestId('invitation').locator('code').textContent()) ?? '';
    const invited = await site.open(null, link.slice(site.url().length));
    await invited.locator('input[type=password]').first().waitFor();
  });
});
