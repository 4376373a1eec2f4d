import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { UserRole } from '../../schema/wire/api/access.ts';
import { barriers, settled, tooWide } from './checks.ts';
import { walkDialog } from './dialogs.ts';
import { type OpenOptions, sizes, test, useConsole } from './harness.ts';
import { goTo, type Visit, visitsOf } from './visits.ts';

const site = useConsole();

interface Look extends OpenOptions {
  size: Size;
  /** Its width is looked at on these. */
  on: readonly Size[];
}
type Size = OpenOptions['size'] & object;

/**
 * Each language with a colour and a screen of its own: what depends on one of them is seen, and every page is walked twice only. The same thing said
 * in English takes more room, so it is looked at on every size; in Chinese on the narrowest.
 */
const looks: readonly Look[] = [
  { language: 'en', colours: 'light', size: sizes.controlRoom, on: Object.values(sizes) },
  { language: 'zh', colours: 'dark', size: sizes.phone, on: [sizes.phone] },
];

type Note = (pattern: string, problems: readonly string[]) => void;

test.for(looks)(
  'everybody can use every page ($language, $colours, $size.width px), and none scrolls sideways',
  { timeout: 300_000 },
  async (look) => {
    // What all pages have is said once.
    const pagesWith: Record<string, string[]> = {};
    const note: Note = (pattern, problems) => {
      for (const problem of problems) pagesWith[problem] = [...(pagesWith[problem] ?? []), pattern];
    };
    const visits = await visitsOf(site);
    for (const role of new Set(visits.map((visit) => visit.role))) {
      const theirs = visits.filter((visit) => visit.role === role);
      await walk(role, theirs, look, note);
    }
    expect(pagesWith).toEqual({});
  },
);

/** Their buttons, by page. Dialogs that a test fills in are walked there. */
const dialogs = [
  ['staff', '/simulator/bj-001', 'A mechanic clears the bay'],
  ['operations', '/money', 'Close a month'],
  ['operations', '/second-life', 'Grade'],
  ['admin', '/people', 'Change'],
] as const;

test('everybody can use the dialogs that no other test opens', { timeout: 120_000 }, async () => {
  for (const role of new Set(dialogs.map(([who]) => who))) {
    const page = await site.open(role, '/account');
    await settled(page);
    for (const [, path, button] of dialogs.filter(([who]) => who === role)) {
      await goTo(page, path);
      await page.getByRole('button', { name: button, exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
      await walkDialog(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.context().close();
  }
});

async function walk(role: UserRole | null, visits: readonly Visit[], look: Look, note: Note) {
  const [first] = visits;
  if (!first) return;
  const page = await site.open(role, first.path, { ...look, allow: role === null ? [/status of 401/] : [] });
  await settled(page);
  for (const { pattern, path } of visits) {
    if (page.viewportSize()?.width !== look.size.width) await page.setViewportSize(look.size);
    if (path !== first.path) await goTo(page, path);
    note(pattern, await barriers(page));
    for (const size of look.on) note(pattern, await widthOn(page, size));
  }
  await page.context().close();
}

async function widthOn(page: Page, size: Size): Promise<string[]> {
  if (page.viewportSize()?.width !== size.width) await page.setViewportSize(size);
  return (await tooWide(page)).map((each) => `too wide for ${size.width} px: ${each}`);
}
