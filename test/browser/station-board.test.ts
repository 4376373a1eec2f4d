import type { Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { Slot } from '../../schema/wire/api/station.ts';
import { settled, tooWide } from './checks.ts';
import { walkDialog } from './dialogs.ts';
import { boardOn } from './hands.ts';
import { sizes, test, useConsole } from './harness.ts';

const site = useConsole();
const station = 'bj-002';
const tell = (body: object) => site.ask('staff', `/stations/${station}/simulator`, body);
afterAll(() => tell({ type: 'traffic', on: true }));

/** Notes what the bay says from now on, in the order in which it is said. */
async function noteWhatItSays(
  page: Page,
): Promise<() => Promise<{ states: string[]; steps: string[]; clock: string[] }>> {
  await page.evaluate(`(() => {
    const bay = document.querySelector('[data-testid=bay-1]');
    const said = (window.said = { states: [], steps: [], clock: [] });
    const add = (list, text) => { if (text && list.at(-1) !== text) list.push(text); };
    const look = () => {
      add(said.states, bay.querySelector('[data-state]')?.dataset.state);
      add(said.clock, bay.querySelector('[data-testid=clock]')?.textContent);
      for (const bar of bay.querySelectorAll('[data-look]')) if (!said.steps.includes(bar.textContent)) said.steps.push(bar.textContent);
    };
    look();
    new MutationObserver(look).observe(bay, { subtree: true, childList: true, attributes: true, characterData: true });
  })()`);
  return () => page.evaluate('window.said') as Promise<{ states: string[]; steps: string[]; clock: string[] }>;
}

test('a swap is watched from arrival to release', { timeout: 120_000 }, async () => {
  const page = await site.open('staff', `/stations/${station}`);
  const board = boardOn(site, page, station);
  await board.isIn('idle', 'swapping');
  const said = await noteWhatItSays(page);
  const statesSaid = async () =>
    (await said()).states.filter((state) => ['idle', 'swapping', 'releasing'].includes(state)).join(' ');
  // A car that had come before may be served first.
  await tell({ type: 'traffic', on: false });
  await board.isIn('idle');
  await tell({ type: 'taxi', bay: '1', vin: null, socPct: null });
  await board.isIn('swapping');
  expect(await board.bay.textContent()).toMatch(/Car: [A-HJ-NPR-Z0-9]{17}/);
  expect(await board.bay.getByTestId('clock').textContent()).toMatch(/^\d+:\d\d/);
  await board.bay.getByRole('progressbar', { name: /of 90 s/ }).waitFor();
  await expect.poll(statesSaid, { timeout: 60_000 }).toContain('idle swapping releasing idle');
  await board.bay.getByText(/Last swap bj-002\.1\.\d+: Completed/).waitFor();
  const { steps, clock } = await said();
  expect(clock.length).toBeGreaterThan(2);
  expect(steps).toEqual(
    expect.arrayContaining(['Clamp', 'Unlock old pack', 'Exchange', 'Lock new pack', 'Verify', 'Release']),
  );
});

test('staff hold a bay and let it go on, and see what became of it', { timeout: 120_000 }, async () => {
  const page = await site.open('staff', `/stations/${station}`);
  const board = boardOn(site, page, station);
  await board.offersWhatIsAllowed();
  await board.act('hold', 'oil on the floor');
  await board.isIn('held');
  expect(await board.bay.getByTestId('waits').textContent()).toContain('oil on the floor');
  await board.offersWhatIsAllowed();
  await board.act('resume', 'cleaned');
  await board.offers('hold');
  await board.act('maintenance', 'new clamps');
  await board.isIn('maintenance');
  await board.offersWhatIsAllowed();
  await board.act('return-to-service', 'new clamps are in');
  await board.isIn('idle');
  await board.offersWhatIsAllowed();
});

test('every slot is a button that tells what is in it', async () => {
  const page = await site.open('staff', `/stations/${station}`);
  const slots = page.getByTestId('slots').getByRole('button');
  await slots.first().waitFor();
  const { body } = await site.ask<{ items: Slot[] }>('staff', `/stations/${station}/slots?limit=200`);
  expect(await slots.count()).toBe(body.items.length);
  await page.locator('[data-testid=slots] button:not([data-slot-state=empty])').first().click();
  await page.getByRole('dialog').getByRole('link', { name: 'Life of this pack' }).waitFor();
  await walkDialog(page);
});

test('the state charts light where the machines are, and say it in words', async () => {
  const page = await site.open('staff', `/stations/${station}`);
  await page.getByTestId('show-charts').click();
  const chart = page.getByTestId('chart-bay');
  await chart.locator('[data-path="link.up"][data-lit=true]').waitFor();
  await chart.locator('[data-path="safety.ready"][data-lit=true]').waitFor();
  expect(await chart.locator('[data-path="safety.stopped"]').getAttribute('data-lit')).toBe('false');
  await page.getByText('Link › Up').waitFor();
});

test('the board speaks Chinese, on a phone as well', async () => {
  const page = await site.open('staff', `/stations/${station}`, { language: 'zh', colours: 'dark', size: sizes.phone });
  const bay = page.getByTestId('bay-1');
  await bay.getByRole('heading', { name: '1 号工位' }).waitFor();
  await bay.getByRole('button', { name: '暂停' }).waitFor();
  await settled(page);
  expect(await tooWide(page)).toEqual([]);
  // No word of the other language has stayed, but for names.
  expect((await bay.textContent())?.replaceAll(/\b(?:bj-\d+[.\d]*|[A-HJ-NPR-Z0-9]{17})\b/g, '')).not.toMatch(
    /[A-Za-z]{4,}/,
  );
});
