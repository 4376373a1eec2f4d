import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Until the page shows what it is for: its data have come, and nothing is a grey shape any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2, h3').first().waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
}

/**
 * Where the page breaks WCAG 2.2 A or AA, or a practice that goes with it: one line each.
 * @param place of what is looked at, as an expression of the page
 */
export async function barriers(page: Page, place = 'document'): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await axeSource);
  const { violations } = (await page.evaluate(`axe.run(${place}, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  })`)) as AxeResult;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 160)} ${failureSummary}`),
  );
}

/** What sticks out of the window to the right, outermost first, when the page is wider than it: one would have to scroll sideways. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(`(async () => {
    // The window may just have become another: what moves to its place is not judged on its way.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const moving = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll('main *')].filter((each) => each.getBoundingClientRect().right > clientWidth);
    return ['by ' + (scrollWidth - clientWidth) + ' px', ...out.slice(0, 4).map((each) => each.outerHTML.slice(0, 120))];
  })()`) as Promise<string[]>;
