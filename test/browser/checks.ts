import type { Page } from 'playwright-core';

/** Until the page shows what it is for: its data have come, and nothing is a grey shape any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2, h3').first().waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}
