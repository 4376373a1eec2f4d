import { describe, expect } from 'vitest';
import { test, useConsole } from './harness.ts';

const site = useConsole();

describe('sign-in', () => {
  test('leads to the page that was asked for', async () => {
    const page = await site.open(null, '/account', { allow: [/status of 401/] });
    await page.waitForURL((url) => url.pathname === '/sign-in');
    await page.getByLabel('E-mail').fill('operations@demo.example');
    await page.locator('input[type=password]').fill(site.password());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname === '/account');
    await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
  });

  test('with a wrong password is refused in words, and nothing is shown', async () => {
    const page = await site.open(null, '/sign-in', { allow: [/status of 401/] });
    await page.getByLabel('E-mail').fill('staff@demo.example');
    await page.locator('input[type=password]').fill('not-the-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  test('leads nowhere but to pages of the console', async () => {
    const from = encodeURIComponent('//elsewhere.example/stations');
    const page = await site.open(null, `/sign-in?from=${from}`, { allow: [/status of 401/] });
    await page.getByLabel('E-mail').fill('operations@demo.example');
    await page.locator('input[type=password]').fill(site.password());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expect(new URL(page.url()).origin).toBe(site.url());
  });

  test('ends with sign-out: neither the address nor the way back shows anything more', async () => {
    const page = await site.open('staff', '/account', { ownSession: true, allow: [/status of 401/] });
    await page.getByRole('button', { name: 'Demo staff' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.pathname === '/sign-in');
    await page.goBack();
    await page.waitForURL((url) => url.pathname === '/sign-in');
    await page.goto(`${site.url()}/account`);
    await page.waitForURL((url) => url.pathname === '/sign-in');
    expect(await page.evaluate("fetch('/api/v1/session').then(({ status }) => status)")).toBe(401);
  });
});
