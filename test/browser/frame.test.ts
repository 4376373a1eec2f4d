import { describe, expect } from 'vitest';
import { settled } from './checks.ts';
import { sizes, test, useConsole } from './harness.ts';

const site = useConsole();
const patience = { timeout: 20_000 };

describe('the frame', () => {
  test('speaks the language that is chosen, and keeps it', async () => {
    const page = await site.open('staff', '/account');
    await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
    await page.getByRole('button', { name: 'Language: English' }).click();
    await page.getByRole('menuitem', { name: '中文' }).click();
    await page.getByRole('heading', { level: 1, name: '我的账号' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh');
    // Before it may stand how many alarms nobody has acknowledged.
    expect(await page.title()).toMatch(/^(\(\d+\) )?我的账号 · Pitlane$/);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '我的账号' }).waitFor();
  });

  test('takes the colours that are chosen, and keeps them', async () => {
    const page = await site.open('staff', '/account');
    const scheme = () => page.evaluate('document.documentElement.dataset.mantineColorScheme');
    expect(await scheme()).toBe('light');
    await page.getByRole('button', { name: 'Colours: Light' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Colours: Dark' }).waitFor();
    await page.reload();
    await settled(page);
    expect(await scheme()).toBe('dark');
  });

  test('tells who listens rather than looks that another page has come', async () => {
    const page = await site.open('operations', '/account');
    await settled(page);
    const link = page.getByRole('navigation', { name: 'Menu' }).getByRole('link').last();
    await link.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement?.id'), patience).toBe('content');
    await expect.poll(() => page.title(), patience).toMatch(/^(?!.*My account).+ · Pitlane$/);
  });

  test('is left for the content by the first key', async () => {
    const page = await site.open('staff', '/account');
    await settled(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('content');
  });

  test('has its menu behind a button on a phone, and closes it when a page is chosen', async () => {
    const page = await site.open('operations', '/account', { size: sizes.phone });
    await settled(page);
    const link = page.getByRole('navigation', { name: 'Menu' }).getByRole('link').last();
    const isOpen = async () => ((await link.boundingBox())?.x ?? -1) >= 0;
    expect(await isOpen()).toBe(false);
    // What cannot be seen is not reached by the keyboard either.
    expect(await page.locator('[inert] nav').count()).toBe(1);
    await page.getByRole('button', { name: 'Menu' }).click();
    await link.click();
    await expect.poll(isOpen, patience).toBe(false);
  });

  test('leads to sign-in when the session has ended, and back to where one was', async () => {
    const page = await site.open('staff', '/account', { ownSession: true, allow: [/status of 401/] });
    await settled(page);
    await page.evaluate("fetch('/api/v1/session', { method: 'DELETE' }).then(() => {})");
    await page.getByRole('button', { name: 'Language: English' }).click();
    // Everything is asked again in the other language.
    await page.getByRole('menuitem', { name: '中文' }).click();
    await page.waitForURL((url) => url.pathname === '/sign-in');
    await page.locator('input[type=email]').fill('staff@demo.example');
    await page.locator('input[type=password]').fill(site.password());
    await page.locator('button[type=submit]').click();
    await page.waitForURL((url) => url.pathname === '/account');
  });
});

describe('my account', () => {
  test('shows where one is signed in, and signs out elsewhere', async () => {
    const elsewhere = await site.open('regulator', '/account', { ownSession: true, allow: [/status of 401/] });
    await settled(elsewhere);
    const page = await site.open('regulator', '/account', { ownSession: true });
    await page.getByText('this browser').waitFor();
    const buttons = page.getByRole('button', { name: 'Sign out there' });
    const before = await buttons.count();
    await buttons.first().click();
    await expect.poll(() => buttons.count(), patience).toBe(before - 1);
    await elsewhere.reload();
    await elsewhere.waitForURL((url) => url.pathname === '/sign-in', { timeout: 15_000 });
  });

  test('refuses a new password when the old one is wrong', async () => {
    const page = await site.open('staff', '/account', { allow: [/status of 401/] });
    await page.locator('input[autocomplete=current-password]').fill('not the old one');
    await page.locator('input[autocomplete=new-password]').fill('five other words are better');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByRole('alert').waitFor();
    expect(new URL(page.url()).pathname).toBe('/account');
  });
});

test('an invitation is answered with a password, once', async () => {
  const email = `li.na.${Date.now()}@example.com`;
  const made = await site.ask<{ invitation: { token: string } }>('admin', '/users', {
    email,
    name: 'Li Na',
    role: 'staff',
    stations: ['bj-001'],
    language: 'zh',
  });
  expect(made.status).toBe(201);
  const page = await site.open(null, `/invitation?token=${made.body.invitation.token}`);
  await page.locator('input[autocomplete=new-password]').fill('four words are easy to keep');
  expect(page.url()).not.toContain('token');
  await page.getByRole('button', { name: 'Choose this password' }).click();
  await page.getByRole('button', { name: 'Li Na' }).waitFor();

  const again = await site.open(null, `/invitation?token=${made.body.invitation.token}`, { allow: [/status of 4/] });
  await again.locator('input[autocomplete=new-password]').fill('four words are easy to keep');
  await again.getByRole('button', { name: 'Choose this password' }).click();
  await again.getByRole('alert').waitFor();
});
