import { describe, expect } from 'vitest';
import type { RetirementPolicy } from '../../schema/wire/api/battery-health.ts';
import type { DispatchReading } from '../../schema/wire/api/dispatch.ts';
import type { PublishedPolicy } from '../../schema/wire/api/grading.ts';
import type { NoteView } from '../../schema/wire/api/note.ts';
import type { Plan } from '../../schema/wire/api/plan.ts';
import type { Asset, SecondLifePipeline, Site } from '../../schema/wire/api/second-life.ts';
import type { StatementView } from '../../schema/wire/api/statement.ts';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { tooWide } from './checks.ts';
import { dialogOf, walkDialog } from './dialogs.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();

interface List<T> {
  items: T[];
}

/** What names things that a test makes: another run beside the same service makes others. */
const mark = Date.now().toString(36);

describe('second life', () => {
  test('the way of the packs is counted by the service; what went to the recycler has weight and receipt', async () => {
    const { body } = await site.ask<SecondLifePipeline>('admin', '/second-life-assets/pipeline');
    const page = await site.open('owner', '/second-life');
    await page.locator('[data-stage=recycled]').getByText(String(body.recycled), { exact: true }).waitFor();
    await page.locator('[data-stage=ungraded]').getByText(String(body.ungraded), { exact: true }).waitFor();
    const handed = page
      .getByRole('table', { name: 'Handed to recyclers' })
      .getByRole('row')
      .filter({ hasText: 'HS-0815' });
    expect(await handed.textContent()).toContain('318.5 kg');
    expect(await page.getByRole('button', { name: 'Enter a site' }).count()).toBe(0);
  });

  test('a site is entered; what the service says against a field stands at the field', async () => {
    const page = await site.open('operations', '/second-life', { allow: [/status of 4\d\d/] });
    await page.getByRole('button', { name: 'Enter a site' }).click();
    const { dialog, fill, select, submit } = dialogOf(page);
    await fill('Id, such as depot-1', 'No Such Id');
    await fill('Name', '测试场站');
    await fill('May take from the grid (kW)', 90.5);
    await select('Buys its energy under', 'single-rate-1-10kV');
    await dialog.getByRole('button', { name: 'Enter', exact: true }).click();
    await dialog
      .locator('.mantine-InputWrapper-error')
      .getByText(/must be a site id/)
      .waitFor();
    await fill('Id, such as depot-1', `yard-${mark}`);
    await submit('Enter');
    await page.getByRole('link', { name: '测试场站' }).first().waitFor();
    const { body } = await site.ask<Site>('admin', `/second-life-sites/yard-${mark}`);
    expect(body).toMatchObject({ importLimitW: 90_500, exportLimitW: 0, tariffCategory: 'single-rate-1-10kV' });
  });

  test('a site shows its day without and with its assets; a limit of the grid is entered, and a plan is made under it', async () => {
    const { body } = await site.ask<List<Asset>>('admin', '/second-life-assets?state=commissioned&limit=1');
    const at = body.items[0]?.site ?? '';
    const page = await site.open('operations', `/second-life/${at}`);
    await page.locator('figure[data-chart=shown]').first().waitFor();
    await page.getByText('Peak without assets').waitFor();
    // What a plot draws is as wide as the window was then; a narrower one is seen before it is drawn anew.
    await page.evaluate(`for (const each of document.querySelectorAll('canvas')) each.style.width = '3000px'`);
    expect(await tooWide(page)).toEqual([]);

    await page.getByRole('button', { name: 'Enter a signal' }).click();
    await dialogOf(page).fill('Limit (kW)', 60);
    await dialogOf(page).fill('Name of the sender', `event-${mark}`);
    await dialogOf(page).submit('Enter');
    await page
      .getByRole('row')
      .filter({ hasText: `event-${mark}` })
      .waitFor();

    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    const plan = dialogOf(page);
    await plan.fill('Hours', 4);
    for (const field of await plan.dialog.getByLabel(/^Charge of .* now/).all()) await field.fill('60');
    await plan.fill('Note', mark);
    await walkDialog(page);
    await plan.dialog.getByRole('button', { name: 'Plan', exact: true }).click();
    await page
      .getByTestId('planned')
      .getByText(/^Peak: /)
      .waitFor();
    await page.getByRole('button', { name: 'Show the day' }).click();
    const plans = await site.ask<List<{ basis: { note: string | null } }>>(
      'admin',
      `/second-life-sites/${at}/plans?limit=20`,
    );
    // Not always the last: the signal has it planned anew, too.
    expect(plans.body.items.map(({ basis }) => basis.note)).toContain(mark);

    await page.getByRole('button', { name: 'Take out' }).first().click();
    await dialogOf(page).confirm('Take out', 'looked at it');
    const row = page.getByRole('row').filter({ has: page.locator('[data-state=outOfService]') });
    await row.first().waitFor();
    // To what it is not: another run beside the same service changes it back.
    const power = (await row.getByText('20 kW').count()) === 1 ? 18 : 20;
    await row.getByRole('button', { name: 'Change' }).click();
    await dialogOf(page).fill('Power (kW)', power);
    await dialogOf(page).confirm('Change', 'another inverter');
    await row.getByText(`${power} kW`).waitFor();
    await row.getByRole('button', { name: 'History' }).click();
    await page
      .getByRole('dialog')
      .getByRole('row')
      .filter({ hasText: 'Changed' })
      .first()
      .getByText('another inverter')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Return to service' }).first().click();
    await dialogOf(page).fill('Who measured', 'Li Na');
    await dialogOf(page).fill('Insulation (Ω/V)', 2_800);
    await dialogOf(page).confirm('Return to service', 'nothing found');
    await page.locator('[data-state=outOfService]').first().waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Plans' }).getByText(mark).first().waitFor();
    await page.getByRole('table', { name: 'How it buys its energy' }).getByText('the beginning').waitFor();
  });

  test('readings beyond the limit are an alarm of the site: it is acknowledged there, and ends with the next that are in order', async () => {
    const { body } = await site.ask<List<Asset>>('admin', '/second-life-assets?state=commissioned&limit=1');
    const at = body.items[0]?.site ?? '';
    const last = await site.ask<List<DispatchReading>>('admin', `/second-life-sites/${at}/readings?limit=1`);
    const quarter = (n: number) => Date.parse(last.body.items[0]?.startsAt ?? '') + n * intervalMs;
    const page = await site.open('operations', `/second-life/${at}`);
    const enter = async (startsAt: number, loadKwh: number) => {
      await page.getByRole('button', { name: 'Enter readings' }).click();
      const { fill, submit } = dialogOf(page);
      // By the clock of the desk, which is in Beijing.
      await fill('The quarter of an hour began at', new Date(startsAt + 8 * 3_600_000).toISOString().slice(0, 16));
      await fill('The site took besides its assets', loadKwh);
      await submit('Record');
    };
    await enter(quarter(1), 250);
    const card = page.locator(`[data-notice="${at}/importLimitBroken/${new Date(quarter(1)).toISOString()}"]`);
    await card.getByText('With nobody').waitFor();
    expect(await card.textContent()).toContain('A site took more than it may');
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await dialogOf(page).confirm('Acknowledge', 'chargers throttled');
    await card.getByText(/Acknowledged by me, .*: chargers throttled/).waitFor();
    await card.getByRole('button', { name: 'I see to it' }).click();
    await card.getByText('With me').waitFor();
    const alarms = await site.open('maintenance', '/alarms');
    await alarms
      .locator(`[data-notice^="${at}/importLimitBroken/"]`)
      .getByText(/chargers throttled/)
      .waitFor();
    await enter(quarter(2), 10);
    await card.waitFor({ state: 'detached' });
    await page
      .getByRole('table', { name: 'Over' })
      .getByText(/chargers throttled/)
      .first()
      .waitFor();
  });
});

test('policies get their next version, and are shown by the one in force', async () => {
  const newest = async <T>(list: string) => (await site.ask<List<T>>('admin', `/${list}?limit=1`)).body.items[0];
  const retirement = await newest<RetirementPolicy>('retirement-policies');
  const grading = await newest<PublishedPolicy>('grading-policies');
  const page = await site.open('operations', '/second-life');
  const [retires, grades] = [/^When a pack retires/, /^What a grade demands/].map((name) =>
    page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name }) }),
  );
  const age = retirement?.terms.maxAgeYears === 12 ? 11 : 12;
  await retires?.getByRole('button', { name: 'Next version' }).click();
  await dialogOf(page).fill('Older than (years)', age);
  await dialogOf(page).confirm(/^Publish version/, 'what the second year has shown');
  await retires?.getByRole('row', { name: `Older than (years) ${age}` }).waitFor();
  expect(await newest('retirement-policies')).toMatchObject({
    version: (retirement?.version ?? 0) + 1,
    terms: { ...retirement?.terms, maxAgeYears: age },
  });
  await grades?.getByRole('button', { name: 'Next version' }).click();
  // Looser than it is: what others grade beside this is graded alike.
  await dialogOf(page).fill('Results agree within (%)', 3.5);
  await dialogOf(page).submit(/^Publish version/);
  const version = (grading?.version ?? 0) + 1;
  await grades?.getByText(`version ${version}`).waitFor();
  expect(await newest('grading-policies')).toMatchObject({ version, terms: { ...grading?.terms, agreementPct: 3.5 } });
});

describe('money', () => {
  test('a credit note is issued on a line of a statement, in words in the reader’s language', async () => {
    const { body } = await site.ask<List<StatementView>>('admin', '/statements?kind=fleet&party=blue-taxi&limit=1');
    const id = body.items[0]?.id ?? '';
    const page = await site.open('operations', `/fleet/statements/${id}`, { allow: [/status of 4\d\d/] });
    await page.getByRole('button', { name: 'Issue a note' }).click();
    const { dialog, fill, confirm } = dialogOf(page);
    await fill('Corrects line', 999);
    await fill('Unit price', 0.01);
    await fill('Why, in short words', mark);
    await dialog.getByLabel(/^Why( \*)?$/).fill('agreed on the phone');
    await dialog.getByRole('button', { name: /^Give back/ }).click();
    await dialog
      .locator('.mantine-InputWrapper-error')
      .getByText(/is not a line of it/)
      .waitFor();
    expect(await dialog.getByRole('alert').getByRole('listitem').count()).toBe(0);
    await fill('Corrects line', 1);
    await confirm(/^Give back/, 'agreed on the phone');
    const notes = await site.ask<List<NoteView>>('fleet', `/notes?statement=${id}`);
    const [note] = notes.body.items;
    expect(note).toMatchObject({ totalFen: -1, text: 'agreed on the phone' });
    await page.goto(`${site.url()}/fleet/disputes`);
    await page.getByText(note?.lines[0]?.text ?? 'no words').waitFor();
  });

  test('a plan gets its next version; the old one stays as it is', async () => {
    const { body } = await site.ask<List<Plan>>('admin', '/plans?limit=1');
    const [before] = body.items;
    const page = await site.open('operations', '/plans', { allow: [/status of 4\d\d/] });
    const row = page.getByRole('row').filter({ hasText: before?.id ?? '' });
    await row.getByRole('button', { name: 'New version' }).click();
    const { dialog, fill, submit } = dialogOf(page);
    await fill('Days to pay', 999);
    await dialog.getByRole('button', { name: /^Publish version/ }).click();
    await dialog.locator('.mantine-InputWrapper-error').waitFor();
    await fill('Days to pay', 21);
    await submit(/^Publish version/);
    await row.getByRole('button', { name: 'Versions' }).click();
    await page
      .locator(`[data-version="${(before?.version ?? 0) + 1}"]`)
      .getByText(/within 21 days/)
      .waitFor();
    await page.locator(`[data-version="${before?.version}"]`).waitFor();
    await walkDialog(page);
    const after = await site.ask<Plan>('admin', `/plans/${before?.id}`);
    expect(after.body.terms).toEqual({ ...before?.terms, dueDays: 21 });
  });

  test('a plan is made with its first version', async () => {
    const page = await site.open('operations', '/plans');
    await page.getByRole('button', { name: 'New plan' }).click();
    const { fill, submit } = dialogOf(page);
    const id = `night-${mark}`;
    await fill('Short name', id);
    await fill('Name in Chinese', '夜班套餐');
    await fill('Monthly fee (yuan)', 300);
    await submit(/^Publish version/);
    await page.getByRole('row').filter({ hasText: id }).waitFor();
    const { body } = await site.ask<Plan>('admin', `/plans/${id}`);
    expect(body).toMatchObject({ id, name: '夜班套餐', owner: null, version: 1, terms: { monthlyFeeFen: 30_000 } });
  });
});
