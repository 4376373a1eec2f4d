import { describe, expect } from 'vitest';
import { test, useConsole } from './harness.ts';

const site = useConsole();

interface Packs {
  items: { code: string; status: string; place: { kind: string } | null; reservedBy: string | null }[];
}

describe('batteries', () => {
  test('a pack is found by its code, quarantined with a reason, and put back into service', async () => {
    const { body } = await site.ask<Packs>('admin', '/batteries?place=workshop&status=inService&limit=1');
    const code = body.items[0]?.code ?? '';
    const page = await site.open('operations', '/batteries');
    await page.getByLabel('Code, or how it begins').fill(code);
    await page.getByRole('button', { name: 'Open this pack' }).click();
    await page.getByRole('heading', { level: 1, name: code }).waitFor();
    await page.getByRole('button', { name: 'Quarantine' }).click();
    await page.getByLabel('Why').fill('coolant on the connector');
    await page.getByRole('dialog').getByRole('button', { name: 'Quarantine' }).click();
    await page.locator('[data-state=quarantined]').waitFor();
    await page.getByRole('button', { name: 'Back into service' }).click();
    await page.getByLabel('Why').fill('cleaned and dried');
    await page.getByRole('dialog').getByRole('button', { name: 'Back into service' }).click();
    await page.locator('[data-state=inService]').waitFor();
    expect((await site.ask<{ status: string }>('admin', `/batteries/${code}`)).body.status).toBe('inService');
  });

  test('who only looks is offered nothing', async () => {
    const { body } = await site.ask<Packs>('admin', '/batteries?status=retired&limit=1');
    const page = await site.open('regulator', `/batteries/${body.items[0]?.code}`);
    await page.getByRole('tab', { name: 'Health' }).waitFor();
    expect(await page.getByRole('button', { name: 'Record a move' }).count()).toBe(0);
  });

  test('the packs by place add up', async () => {
    const page = await site.open('operations', '/stock?tab=audit');
    await page.locator('[data-state=holds]').waitFor();
  });
});

describe('imports', () => {
  test('a file is checked first, its wrong rows are named, and the good ones enter when said so', async () => {
    const page = await site.open('operations', '/imports');
    const serial = String(Date.now() % 10_000_000).padStart(7, '0');
    const rows = [
      'code,model,owner,place',
      `PLNPE50VC4SD0SE1R${serial},PLN-E50,pack-bank,workshop/fengtai`,
      'BAD,PLN-E50,,',
    ];
    const file = { name: 'packs.csv', mimeType: 'text/csv', buffer: Buffer.from(`${rows.join('\n')}\n`) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('The good rows enter').click();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('cell', { name: 'must be a 24-character GB/T 34014 pack code' }).waitFor();
    expect((await site.ask('admin', `/batteries/PLNPE50VC4SD0SE1R${serial}`)).status).toBe(404);
    await page.getByRole('button', { name: 'Bring in the 1 good rows' }).click();
    await page.locator('[data-import=done]').getByText('Done', { exact: true }).waitFor();
    expect((await site.ask('admin', `/batteries/PLNPE50VC4SD0SE1R${serial}`)).status).toBe(200);
  });
});

describe('second life', () => {
  test('a site shows its day without and with its assets', async () => {
    const page = await site.open('operations', '/second-life');
    await page.locator('[data-stage=retired]').waitFor();
    const { body } = await site.ask<{ items: { id: string }[] }>('admin', '/second-life-sites?limit=1');
    await page.goto(`${site.url()}/second-life/${body.items[0]?.id}`);
    await page.getByText('Peak without assets').waitFor();
    await page.getByRole('button', { name: 'Report a fault' }).first().waitFor();
  });
});
