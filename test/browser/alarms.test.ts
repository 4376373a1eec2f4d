import { afterAll, expect } from 'vitest';
import type { Slot } from '../../schema/wire/api/station.ts';
import { dialogOf, walkDialog } from './dialogs.ts';
import { sizes, test, useConsole } from './harness.ts';

const site = useConsole();
const station = 'bj-002';
const tell = async (body: object) => {
  const { status } = await site.ask('staff', `/stations/${station}/simulator`, body);
  expect(status).toBe(200);
};
afterAll(() => tell({ type: 'clearFaults' }));

const patience = { timeout: 30_000 };
/** Counts the tones without making one: the computer of a test has no loudspeaker. */
const countTones = `
  window.tones = 0;
  window.AudioContext = class extends AudioContext { constructor() { super(); window.tones += 1; } };`;

test('an alarm is counted on every page, sounds where that is wanted, and is acknowledged and given to a person', async () => {
  let slots: number[] = [];
  const twoWithPacks = async () => {
    const { body } = await site.ask<{ items: Slot[] }>('staff', `/stations/${station}/slots?limit=200`);
    slots = body.items.filter(({ pack }) => pack?.status === 'inService').map(({ slot }) => slot);
    return slots.length;
  };
  // A station that has just come says first what it has.
  await expect.poll(twoWithPacks, patience).toBeGreaterThan(1);
  const [first, second] = slots;
  const page = await site.open('staff', '/account', { script: countTones });
  const bell = page.getByTestId('bell');
  const unseen = async () => Number(await bell.getAttribute('data-unseen'));
  await expect.poll(() => page.title(), patience).toMatch(/My account · Pitlane$/);
  const before = await unseen();
  await tell({ type: 'fault', fault: { kind: 'chargerFault', slot: first } });
  await expect.poll(unseen, patience).toBe(before + 1);
  expect(await page.title()).toBe(`(${before + 1}) My account · Pitlane`);

  await bell.click();
  await page.getByRole('heading', { level: 1, name: 'Alarms and incidents' }).waitFor();
  expect(await page.title()).toBe(`(${before + 1}) Alarms and incidents · Pitlane`);
  const tones = () => page.evaluate('window.tones');
  expect(await tones()).toBe(0);
  await page.getByRole('button', { name: 'Sound is off' }).click();
  expect(await tones()).toBe(1);
  await tell({ type: 'fault', fault: { kind: 'chargerFault', slot: second } });
  await expect.poll(tones, patience).toBe(2);

  const card = page.locator(`[data-notice="${station}/charger/${first}"]`);
  await card.getByText('With nobody').waitFor();
  await card.getByRole('button', { name: 'Acknowledge' }).click();
  await dialogOf(page).confirm('Acknowledge', 'the electrician is called');
  await card.getByText(/Acknowledged by me, .*: the electrician is called/).waitFor();
  await expect.poll(unseen, patience).toBe(before + 1);
  await card.getByRole('button', { name: 'I see to it' }).click();
  await card.getByText('With me').waitFor();
  await card.getByRole('button', { name: 'Give to …' }).click();
  const people = page.getByRole('dialog').getByLabel('To');
  const { body: those } = await site.ask<{ items: { id: string; name: string; role: string }[] }>(
    'staff',
    `/stations/${station}/people`,
  );
  const mechanic = those.items.find(({ role }) => role === 'maintenance');
  await people.selectOption(mechanic?.id ?? '');
  await dialogOf(page).confirm('Give to …', 'chargers are theirs');
  // What led to it, in words, with the line itself in sight.
  await card.getByRole('button', { name: 'What happened' }).click();
  const line = page.getByRole('row').filter({ hasText: '(this one)' });
  await line.getByText('Alarm of the station: Charger broken').waitFor();
  const top = async () => (await line.boundingBox())?.y ?? Number.POSITIVE_INFINITY;
  await expect.poll(top, patience).toBeLessThan(sizes.controlRoom.height - 80);
  await walkDialog(page);
  await page.keyboard.press('Escape');
  await card.getByText(`With ${mechanic?.name}`).waitFor();

  const other = await site.open('maintenance', '/alarms');
  await other.getByText('Mine', { exact: true }).click();
  await other.locator(`[data-notice="${station}/charger/${first}"]`).getByText('With me').waitFor();
  await tell({ type: 'clearFaults' });
  await other.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await expect.poll(unseen, patience).toBe(before);
});
