import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The Chromium of this machine: what CHROME_PATH names, else one of the usual places; undefined where there is none. */
export const chromiumPath = (process.env.CHROME_PATH ? [process.env.CHROME_PATH] : places).find((path) =>
  existsSync(path),
);

/** Its sandbox does not work for root, and is left on for everybody else. */
export function startChromium(more: readonly string[] = []): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('there is no Chromium: set CHROME_PATH');
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: chromiumPath,
    args: [...(isRoot ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', ...more],
  });
}
