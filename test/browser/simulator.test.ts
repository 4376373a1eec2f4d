import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { test, useConsole } from './harness.ts';

const site = useConsole();
const station = 'bj-002';

afterAll(async () => {
  await site.ask('staff', `/stations/${station}/simulator`, { type: 'clearFaults' });
});

const bayIn = (page: Page, ...states: string[]) =>
  page
    .locator(states.map((state) => `[data-bay="1"][data-bay-state="${state}"]`).join(', '))
    .waitFor({ timeout: 120_000 });
const answered = (page: Page, what: string) =>
  page.locator('[data-answer="done"]').filter({ hasText: what }).first().waitFor();
const safety = (page: Page, state: string) => page.locator(`[data-safety="${state}"]`).waitFor({ timeout: 60_000 });

/** By the board, with what it offers. */
async function confirmOnBoard(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'To the board' }).first().click();
  await page.locator('[data-testid=bay-1] [data-action=confirm]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Why/).fill('the locks move again');
  await dialog.getByRole('checkbox').check();
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
}

describe('the simulator panel', () => {
  test('jams the locks of a bay, and the offered actions get it going again', async () => {
    const page = await site.open('staff', `/simulator/${station}`);
    await bayIn(page, 'idle', 'awaiting', 'occupied', 'swapping', 'releasing');
    await page.locator('[data-fault="stuck"]').click();
    await page.getByLabel('Motion').selectOption('lockPack');
    await page.getByRole('button', { name: 'Let it happen' }).click();
    await answered(page, 'Something jams');
    await page.locator('[data-tour="taxi"]').click();
    await bayIn(page, 'faulted');
    await page.getByRole('button', { name: 'Clear all faults' }).last().click();
    await answered(page, 'Clear all faults');
    await confirmOnBoard(page);
    await page.goto(`${site.url()}/simulator/${station}`);
    await bayIn(page, 'idle', 'awaiting', 'occupied', 'releasing');
  }, 300_000);

  test('stops a bay, and its buttons ready it again in their order', async () => {
    const page = await site.open('staff', `/simulator/${station}`);
    const panel = page.getByRole('group', { name: 'Panel at bay 1' });
    await panel.getByRole('button', { name: 'E-stop' }).click();
    await safety(page, 'stopped');
    await bayIn(page, 'emergencyStopped');
    await panel.getByRole('button', { name: 'Reset' }).click();
    await safety(page, 'awaitingConfirm');
    await panel.getByRole('button', { name: 'Confirm' }).click();
    await safety(page, 'ready');
  }, 180_000);

  test('is not for a fleet', async () => {
    const page = await site.open('fleet', '/simulator');
    await page.getByRole('heading', { name: 'Not for your role' }).waitFor();
    expect(await page.locator('[data-fault]').count()).toBe(0);
  });
});
