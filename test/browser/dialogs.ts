import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriers } from './checks.ts';

const walked = new Set<string>();

/** Everybody can use the dialog that is open, the last of several: looked at once in a file, as it is then. */
export async function walkDialog(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog').last();
  const title = ((await dialog.locator('h2').first().textContent()) ?? '').replaceAll(/\d+/g, '#');
  if (walked.has(title)) return;
  walked.add(title);
  expect(await barriers(page, `[...document.querySelectorAll('[role=dialog]')].at(-1)`), title).toEqual([]);
}

/** The dialog that is open, the last of several, in the hands of a person. */
export function dialogOf(page: Page) {
  const dialog = page.getByRole('dialog').last();
  const field = (label: string) => dialog.getByLabel(label).first();
  const submit = async (name: string | RegExp) => {
    await walkDialog(page);
    const before = await page.getByRole('dialog').count();
    await dialog.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();
    // Where it stood over another, that one stays.
    await expect.poll(() => page.getByRole('dialog').count(), { timeout: 30_000 }).toBe(before - 1);
  };
  return {
    dialog,
    fill: (label: string, value: string | number) => field(label).fill(String(value)),
    /** Of a list that drops down. */
    async choose(label: string, option: string) {
      await field(label).click();
      await page.getByRole('option', { name: option }).click();
    },
    /** Of a plain list. */
    select: (label: string, value: string) => field(label).selectOption(value),
    submit,
    /** Says why, and does it: the dialog is gone when it has been done. */
    async confirm(name: string | RegExp, reason: string) {
      await dialog.getByLabel(/^Why( \*)?$/).fill(reason);
      await submit(name);
    },
  };
}
