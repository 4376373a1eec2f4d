import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriers, settled } from './checks.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();
const station = 'bj-002';

/** Asks for an action in the dialog, as a person does. */
async function act(page: Page, action: string, reason: string): Promise<void> {
  await page.locator(`[data-testid=bay-1] [data-action="${action}"]`).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Why/).fill(reason);
  const looked = dialog.getByRole('checkbox');
  if ((await looked.count()) > 0) {
    // Robot and shuttle may move: not before somebody has said that nobody is there.
    expect(await dialog.locator('button[type=submit]').isDisabled()).toBe(true);
    await looked.check();
  }
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
}

test('staff hold a bay and let it go on, and see what became of it', { timeout: 240_000 }, async () => {
  const page = await site.open('staff', `/stations/${station}`);
  const bay = page.getByTestId('bay-1');
  await bay.waitFor();
  await act(page, 'hold', 'oil on the floor');
  await page.locator('[data-testid=delivery][data-delivery=completed]').waitFor();
  await bay.locator('[data-state=held]').waitFor();
  expect(await bay.getByTestId('waits').textContent()).toContain('oil on the floor');
  expect(await bay.locator('[data-action=hold]').count()).toBe(0);
  await act(page, 'resume', 'cleaned');
  await bay.locator('[data-action=hold]').waitFor();
  const { body } = await site.ask<{ allowed: string[] }>('staff', `/stations/${station}/bays/1`);
  expect(body.allowed).toContain('hold');
});

test('every slot is a button that tells what is in it', { timeout: 120_000 }, async () => {
  const page = await site.open('staff', `/stations/${station}`);
  const slots = page.getByTestId('slots').getByRole('button');
  await slots.first().waitFor();
  expect(await slots.count()).toBe(60);
  await page.locator('[data-testid=slots] button:not([data-slot-state=empty])').first().click();
  await page.getByRole('dialog').getByRole('link', { name: 'Life of this pack' }).waitFor();
});

test('the state charts light where the machines are, and say it in words', { timeout: 180_000 }, async () => {
  const page = await site.open('staff', `/stations/${station}`);
  await page.getByTestId('show-charts').click();
  const chart = page.getByTestId('chart-bay');
  await chart.locator('[data-path="link.up"][data-lit=true]').waitFor();
  await chart.locator('[data-path="safety.ready"][data-lit=true]').waitFor();
  expect(await chart.locator('[data-path="safety.stopped"]').getAttribute('data-lit')).toBe('false');
  await page.getByText('Link › Up').waitFor();
  await settled(page);
  expect(await barriers(page)).toEqual([]);
});
