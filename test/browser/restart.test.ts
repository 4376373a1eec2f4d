import { expect } from 'vitest';
import { test, useOwnConsole } from './harness.ts';

const site = useOwnConsole();
const noAnswer = [/ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/];

test('a page that is open while the service is killed says since when nothing is live, and recovers by itself', {
  timeout: 300_000,
}, async () => {
  const page = await site.open('staff', '/stations/bj-001', { allow: noAnswer });
  const link = page.getByTestId('link');
  const state = () => link.getAttribute('data-link');
  await expect.poll(state, { timeout: 60_000 }).toBe('live');
  await page.evaluate('window.neverReloaded = true');

  await site.kill();
  await expect.poll(state, { timeout: 30_000 }).toBe('late');
  await page
    .getByTestId('link-banner')
    .getByText(/has not been heard since \d\d:\d\d:\d\d/)
    .waitFor();

  await site.restart();
  await expect.poll(state, { timeout: 60_000 }).toBe('live');
  await page.getByTestId('link-banner').waitFor({ state: 'detached' });
  expect(await page.evaluate('window.neverReloaded')).toBe(true);
});
