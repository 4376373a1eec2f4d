import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { BayActionName } from '../../schema/wire/api/action.ts';
import type { SimulatorBody } from '../../schema/wire/api/simulator.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { SimFault } from '../../schema/wire/simulator.ts';
import { walkDialog } from './dialogs.ts';
import type { useConsole } from './harness.ts';

/** A console that is open, and its service. */
export type Site = Pick<ReturnType<typeof useConsole>, 'ask' | 'open' | 'url'>;

const patience = { timeout: 60_000, interval: 100 };

/** The board of a station, in the hands of a person. */
export function boardOn(site: Site, page: Page, station: string) {
  const bay = page.getByTestId('bay-1');
  const state = () => bay.locator('[data-state]').first().getAttribute('data-state');
  const shown = () =>
    page.evaluate(
      "[...document.querySelectorAll('[data-testid=bay-1] [data-action]')].map(({ dataset }) => dataset.action).sort()",
    ) as Promise<string[]>;
  const machine = async () => (await site.ask<Bay>('staff', `/stations/${station}/bays/1`)).body;
  return {
    page,
    bay,
    machine,
    isIn: (...states: Bay['state'][]) => expect.poll(state, patience).toSatisfy((now) => states.includes(now)),
    offers: (action: BayActionName) => bay.locator(`[data-action="${action}"]`).waitFor(patience),
    /** What is shown is what the machine takes, neither more nor less. */
    async offersWhatIsAllowed(): Promise<void> {
      const compared = async () => {
        const { allowed } = await machine();
        return { shown: await shown(), allowed: allowed.toSorted() };
      };
      await expect.poll(compared, patience).toSatisfy(({ shown: here, allowed }) => `${here}` === `${allowed}`);
    },
    /** Asks for it as a person does, and waits until the station has answered. */
    async act(
      action: BayActionName,
      reason: string,
      fill: (dialog: ReturnType<Page['getByRole']>) => Promise<unknown> = async () => {},
    ) {
      await bay.locator(`[data-action="${action}"]`).click();
      const dialog = page.getByRole('dialog');
      await fill(dialog);
      await dialog.getByLabel(/Why/).fill(reason);
      const looked = dialog.getByRole('checkbox');
      const submit = dialog.locator('button[type=submit]');
      if ((await looked.count()) > 0) {
        // Robot and shuttle may move: not before somebody has said that nobody is there.
        expect(await submit.isDisabled()).toBe(true);
        await looked.check();
      }
      await walkDialog(page);
      await submit.click();
      await dialog.waitFor({ state: 'detached' });
      await bay.locator('[data-testid=delivery][data-delivery=completed]').waitFor(patience);
    },
  };
}

/** The simulator's panel of a station: faults, cars, and the buttons that hang beside the bay. */
export function panelOn(page: Page) {
  const answered = (what: string) =>
    page.locator('[data-answer]').first().and(page.locator('[data-answer=done]')).filter({ hasText: what }).waitFor();
  const click = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).last().click();
    await answered(name);
  };
  return {
    page,
    press: (button: Extract<SimulatorBody, { type: 'panel' }>['button']) =>
      page.locator(`[data-bay="1"] [data-button="${button}"]`).click(),
    clearFaults: () => click('Clear all faults'),
    wipeLabels: () => click('Wipe all labels'),
    taxi: () => click('A taxi now'),
    /** @param fields by their labels; what is a list is chosen, what is a number typed in */
    async inject(kind: SimFault['kind'], fields: Readonly<Record<string, string | number>> = {}): Promise<void> {
      const head = page.locator(`[data-fault="${kind}"]`);
      await head.click();
      const item = page.locator('.mantine-Accordion-item').filter({ has: head });
      for (const [label, value] of Object.entries(fields)) {
        const field = item.getByLabel(label, { exact: true });
        await (typeof value === 'number' ? field.fill(String(value)) : field.selectOption(value));
      }
      await item.getByRole('button', { name: 'Let it happen' }).click();
      await answered((await head.locator('p').first().textContent()) ?? '');
      await head.click();
    },
  };
}
