import { afterAll, expect } from 'vitest';
import { type City, startCity } from '../bench/console/city.ts';
import { watch, watchScript } from '../bench/console/watch.ts';
import { ensureBuilt } from '../helpers/programs.ts';
import { settled } from './checks.ts';
import { test, useBrowser } from './harness.ts';
import { startSlowLine } from './slow-line.ts';

/** As many stations as a large operator has in one city. */
const stations = 310;
let city: City | undefined;
let line: Awaited<ReturnType<typeof startSlowLine>> | undefined;

const site = useBrowser(async () => {
  await ensureBuilt();
  city = await startCity({ stations, changesPerS: 2, maxQueuedChars: 200_000 });
  line = await startSlowLine(city.url);
  return { url: line.url, password: '', keys: {} };
});
afterAll(async () => {
  await line?.stop();
  await city?.stop();
});

test(`${stations} stations that change twice a second never keep the page from its reader`, {
  timeout: 240_000,
}, async () => {
  const page = await site.open(null, '/network', { script: watchScript });
  await settled(page);
  await expect.poll(() => page.getByTestId('link').getAttribute('data-link'), { timeout: 30_000 }).toBe('live');
  // What is compiled and laid out for the first time is not what one sees all day.
  await watch(page, 5);
  const figures = await watch(page, 60);
  console.log(`310 stations for a minute: ${JSON.stringify(figures)}`);
  expect(figures.p95TaskMs).toBeLessThanOrEqual(50);
  expect(figures.heapGrowthMB).toBeLessThanOrEqual(20);
});

test('a tab that does not keep up is dropped by the service, and recovers by itself', {
  timeout: 120_000,
}, async () => {
  const page = await site.open(null, '/network', { allow: [/ERR_/] });
  const state = () => page.getByTestId('link').getAttribute('data-link');
  await expect.poll(state, { timeout: 30_000 }).toBe('live');
  await page.evaluate('window.neverReloaded = true');
  const before = city?.dropped() ?? 0;
  line?.slowDown();
  await expect.poll(() => city?.dropped() ?? 0, { timeout: 60_000 }).toBeGreaterThan(before);
  await expect.poll(state, { timeout: 30_000 }).toBe('live');
  expect(await page.evaluate('window.neverReloaded')).toBe(true);
});
