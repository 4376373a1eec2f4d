import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { userRole } from '../../schema/wire/api/access.ts';
import { pages, startOf } from '../../src/console/web/app/pages.ts';
import { shellTexts } from '../../src/console/web/app/texts.ts';
import { settled } from './checks.ts';
import { test, useConsole } from './harness.ts';
import { goTo, visitsOf } from './visits.ts';

const site = useConsole();
const nameOf = (name: string) => (shellTexts.en.pages as Readonly<Record<string, string>>)[name] ?? name;

describe.each(userRole.options)('who signs in as %s', (role) => {
  test('begins at what is theirs, finds that in the menu and nothing else, and is told so at every page that is for others', {
    timeout: 120_000,
  }, async () => {
    const page = await site.open(role);
    await page.waitForURL((url) => url.pathname.startsWith(startOf(role)));
    await settled(page);
    const theirs = pages.filter(({ menu, roles }) => menu && roles?.includes(role)).map(({ name }) => nameOf(name));
    expect(await page.getByRole('navigation', { name: 'Menu' }).getByRole('link').allTextContents()).toEqual(theirs);

    const others = (await visitsOf(site)).filter(({ roles }) => roles !== null && !roles.includes(role));
    expect(others.length === 0).toBe(role === 'admin');
    const forbidden = page.getByRole('heading', { name: 'Not for your role' });
    for (const { path } of others) {
      await goTo(page, path);
      await forbidden.waitFor();
    }
  });
});

describe('what belongs to others', () => {
  interface List<T> {
    items: T[];
  }

  const inBrowser = <T>(page: Page, path: string) =>
    page.evaluate(`fetch('/api/v1${path}').then((answer) => answer.json())`) as Promise<T>;
  const refused = { allow: [/status of (403|404)/] };

  test('a station’s staff have that station, and no other by its address', async () => {
    const person = { email: `zhao.min.${Date.now()}@example.com`, password: 'four words are easy to keep' };
    const { body } = await site.ask<{ invitation: { token: string } }>('admin', '/users', {
      email: person.email,
      name: 'Zhao Min',
      role: 'staff',
      stations: ['bj-001'],
      language: 'en',
    });
    const answer = { token: body.invitation.token, password: person.password };
    const accepted = await fetch(`${site.url()}/api/v1/session/invitation`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(answer),
    });
    expect(accepted.status).toBe(201);
    const page = await site.open(null, '/', { ...refused, person });
    await page.waitForURL((url) => url.pathname === '/stations/bj-001');
    await goTo(page, '/stations/bj-002');
    await page.getByRole('heading', { name: 'There is no such station' }).waitFor();
    expect(await page.getByTestId('slots').count()).toBe(0);
    const { items } = await inBrowser<List<{ station: string }>>(page, '/swaps?limit=200');
    expect(new Set(items.map(({ station }) => station))).toEqual(new Set(['bj-001']));
  });

  test('a fleet has its own swaps and statements, and those of another are not there for it', async () => {
    const { body: every } = await site.ask<List<{ id: string; party: string }>>('admin', '/statements?limit=100');
    const foreign = every.items.find(({ party }) => party === 'jade-taxi')?.id;
    const page = await site.open('fleet', '/fleet', refused);
    await settled(page);
    const { items: swaps } = await inBrowser<List<{ fleet: string }>>(page, '/swaps?limit=200');
    expect(new Set(swaps.map(({ fleet }) => fleet))).toEqual(new Set(['blue-taxi']));
    await goTo(page, `/fleet/statements/${foreign}`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });

  test('an owner has the own packs, and no statement of a fleet', async () => {
    const { body: every } = await site.ask<List<{ id: string; party: string }>>('admin', '/statements?limit=100');
    const foreign = every.items.find(({ party }) => party === 'jade-taxi')?.id;
    const page = await site.open('owner', '/owner', refused);
    await settled(page);
    const { items: packs } = await inBrowser<List<{ owner: string }>>(page, '/batteries?limit=200');
    expect(new Set(packs.map(({ owner }) => owner))).toEqual(new Set(['pack-bank']));
    await goTo(page, `/owner/statements/${foreign}`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
});

test('an address that is no page is said to be none', async () => {
  const page = await site.open('staff', '/no/such/page');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await page.getByRole('link', { name: 'To the start page' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/stations'));
});
