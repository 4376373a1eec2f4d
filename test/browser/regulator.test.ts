import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { pages } from '../../src/console/web/app/pages.ts';
import { test, useConsole } from './harness.ts';
import { goTo } from './visits.ts';

const site = useConsole();

interface List<T> {
  items: T[];
}

test('a regulator finds the life of a pack by its code, and opens a station to look', async () => {
  const { body } = await site.ask<List<{ pack: string }>>('admin', '/recyclings?limit=1');
  const page = await site.open('regulator', '/regulator');
  await page.getByLabel('Code of a pack').fill((body.items[0]?.pack ?? '').toLowerCase());
  await page.getByRole('button', { name: 'Search' }).click();
  const life = page.getByRole('table', { name: 'Life of the pack' });
  await life.getByText('Recycled').first().waitFor();
  await page.goto(`${site.url()}/network`);
  await page.locator('tr[data-station="bj-001"]').getByRole('link').click();
  await page.waitForURL((url) => url.pathname === '/stations/bj-001');
  await page.getByTestId('bay-1').waitFor();
  expect(await page.locator('[data-action]').count()).toBe(0);
});

/** Every page of the role, with something of the demo where its address has a parameter. */
async function ownPages(): Promise<string[]> {
  const first = async (list: string, key = 'id') =>
    (await site.ask<List<Record<string, string>>>('regulator', `/${list}`)).body.items[0]?.[key] ?? '';
  const parameters: Readonly<Record<string, string>> = {
    $station: 'bj-001',
    $swap: await first('swaps?limit=1'),
    $code: await first('batteries?status=retired&limit=1', 'code'),
    $site: await first('second-life-sites?limit=1'),
  };
  return (
    pages
      // One's own account is everybody's to change.
      .filter(({ path, roles }) => roles?.includes('regulator') && path !== '/account')
      .map(({ path }) => path.replace(/\$\w+/, (name) => parameters[name] ?? name))
  );
}

/** Presses what can be pressed on a page, each thing of a name once; what opens is looked at and closed. Gives what would send something. */
async function pressEverything(page: Page): Promise<string[]> {
  const submits: string[] = [];
  const pressed = new Set<string>();
  for (;;) {
    // Codes and numbers apart: what is done with one row is done with all. Null: cannot be pressed.
    const names = (await page.evaluate(`[...document.querySelectorAll('main button')].map((each) =>
      each.checkVisibility() && !each.disabled ? (each.ariaLabel ?? each.textContent).replace(/[A-Z0-9]{17,}|\\d+/g, '#') : null)`)) as (
      | string
      | null
    )[];
    const next = names.findIndex((name) => name !== null && !pressed.has(name));
    if (next < 0) return submits;
    pressed.add(names[next] ?? '');
    // It may be gone by itself: the page is live.
    await page
      .locator('main button')
      .nth(next)
      .click({ timeout: 2_000 })
      .catch(() => {});
    const dialog = page.getByRole('dialog');
    if ((await dialog.count()) === 0) continue;
    submits.push(...(await dialog.locator('button[type=submit]').allTextContents()));
    await page.keyboard.press('Escape');
    await dialog.first().waitFor({ state: 'detached' });
  }
}

test('nothing a regulator can press anywhere changes anything', { timeout: 120_000 }, async () => {
  const page = await site.open('regulator', '/account');
  const changes: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') changes.push(`${request.method()} ${request.url()} on ${page.url()}`);
  });
  for (const path of await ownPages()) {
    await goTo(page, path);
    expect(await pressEverything(page), path).toEqual([]);
  }
  expect(changes).toEqual([]);
});
