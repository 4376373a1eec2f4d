import { describe, expect } from 'vitest';
import { test, useConsole } from './harness.ts';

const site = useConsole();

describe('sign-in', () => {
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
    const page = await site.open('operations', '//elsewhere.example/stations', { ownSession: true });
    expect(new URL(page.url()).origin).toBe(site.url());
  });
});
