import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../../src/platform/paths.ts';
import { startChromium } from '../helpers/chromium.ts';
import { type DemoPlace, startService } from '../helpers/service-process.ts';
import { waitFor } from '../helpers/wait-for.ts';

/**
 * Takes the pictures of docs/screenshots, in both languages and at three sizes, from a demo of its own: `npm run screenshots`.
 * `npm run screenshots -- battery statement` takes these only.
 */
interface Picture {
  name: string;
  role: string;
  colours: 'light' | 'dark';
  /** Brings about what is to be seen, and says where. */
  open: (demo: Demo) => Promise<string>;
  /** What a person would do on the page before looking. */
  look?: (page: Page) => Promise<unknown>;
}

interface Demo {
  place: DemoPlace;
  ask<T>(role: string, path: string, body?: unknown): Promise<T>;
}

interface List<T> {
  items: T[];
}

const pictures: readonly Picture[] = [
  { name: 'station-board', role: 'staff', colours: 'light', open: (demo) => swapAt(demo, 'bj-001') },
  { name: 'simulator', role: 'staff', colours: 'light', open: (demo) => jamAt(demo, 'bj-002') },
  // After it: one of the stations needs somebody.
  { name: 'network', role: 'operations', colours: 'dark', open: async () => '/network' },
  {
    name: 'battery',
    role: 'operations',
    colours: 'light',
    open: retiredPack,
    look: (page) => page.getByRole('tabpanel').first().scrollIntoViewIfNeeded(),
  },
  { name: 'statement', role: 'fleet', colours: 'light', open: firstStatement },
  { name: 'second-life', role: 'operations', colours: 'dark', open: firstSite },
];

const sizes = {
  desk: { width: 1366, height: 768 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
} as const;
const languages = ['en', 'zh'] as const;
/** Slow enough that one swap is seen at all sizes. */
const slow = 3;
const fast = 20;
const quality = 78;

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const dataDir = await mkdtemp(join(tmpdir(), 'pitlane-screenshots-'));
  const service = await startService({ dataDir, env: { TIME_SCALE: String(fast) } });
  const browser = await startChromium();
  try {
    const demo = demoOf(service);
    await firstSwaps(demo);
    for (const picture of pictures) {
      if (wanted.length === 0 || wanted.includes(picture.name)) await take(browser, demo, picture);
    }
  } finally {
    await browser.close();
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function demoOf(place: DemoPlace): Demo {
  return {
    place,
    async ask<T>(role: string, path: string, body?: unknown) {
      const answer = await fetch(`${place.url}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${place.keys[role]}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}

/** Something has happened at both stations: there are swaps, packs that charge, and a power that moved. */
const firstSwaps = ({ ask }: Demo) =>
  waitFor(
    'some swaps',
    async () => (await ask<List<unknown>>('admin', '/swaps?state=completed&limit=50')).items.length >= 12,
    { withinMs: 300_000, everyMs: 1_000 },
  );

const setSpeed = ({ ask }: Demo, station: string, timeScale: number) =>
  ask('staff', `/stations/${station}/simulator`, { type: 'speed', timeScale });

const sendTaxi = ({ ask }: Demo, station: string) =>
  ask('staff', `/stations/${station}/simulator`, { type: 'taxi', bay: null, vin: null, socPct: null }).catch(() => {});

const untilBay = ({ ask }: Demo, station: string, states: readonly string[]) =>
  waitFor(
    `a bay of ${station} that is ${states.join(' or ')}`,
    async () => states.includes((await ask<{ state: string }>('staff', `/stations/${station}/bays/1`)).state),
    { withinMs: 180_000, everyMs: 300 },
  );

async function swapAt(demo: Demo, station: string): Promise<string> {
  await untilBay(demo, station, ['idle', 'awaiting']);
  await setSpeed(demo, station, slow);
  await sendTaxi(demo, station);
  await untilBay(demo, station, ['swapping']);
  return `/stations/${station}`;
}

async function jamAt(demo: Demo, station: string): Promise<string> {
  const now = await demo.ask<{ state: string }>('staff', `/stations/${station}/bays/1`);
  if (now.state === 'faulted') return `/simulator/${station}`;
  await demo.ask('staff', `/stations/${station}/simulator`, {
    type: 'fault',
    fault: { kind: 'stuck', bay: '1', step: 'lockPack', times: 20 },
  });
  await sendTaxi(demo, station);
  await untilBay(demo, station, ['faulted']);
  return `/simulator/${station}`;
}

async function retiredPack({ ask }: Demo): Promise<string> {
  const { items } = await ask<List<{ code: string }>>('admin', '/batteries?status=retired&limit=1');
  return `/batteries/${items[0]?.code}`;
}

async function firstStatement({ ask }: Demo): Promise<string> {
  const { items } = await ask<List<{ id: string }>>('fleet', '/statements?limit=1');
  return `/fleet/statements/${items[0]?.id}`;
}

async function firstSite({ ask }: Demo): Promise<string> {
  const { items } = await ask<List<{ id: string }>>('admin', '/second-life-sites?limit=1');
  return `/second-life/${items[0]?.id}`;
}

async function take(browser: Browser, demo: Demo, { name, role, colours, open, look }: Picture): Promise<void> {
  for (const language of languages) {
    // For each anew: what is seen may be over when the first pictures are taken.
    const path = await open(demo);
    const folder = join(projectRoot, 'docs/screenshots', language);
    await mkdir(folder, { recursive: true });
    const page = await signedIn(browser, demo.place, role, { language, colours });
    await page.goto(`${demo.place.url}${path}`);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await page.locator('h1').first().waitFor();
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      await look?.(page);
      // Plots and the map follow the window a moment later.
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(folder, `${name}-${size}.webp`), type: 'webp', quality });
    }
    await page.context().close();
  }
  console.log(`${name}: taken`);
}

async function signedIn(
  browser: Browser,
  { url: origin, password }: DemoPlace,
  role: string,
  { language, colours }: { language: string; colours: string },
): Promise<Page> {
  const localStorage = [
    { name: 'pitlane-language', value: language },
    { name: 'pitlane-colours', value: colours },
  ];
  const context = await browser.newContext({
    timezoneId: 'Asia/Shanghai',
    locale: language === 'en' ? 'en-GB' : 'zh-CN',
    reducedMotion: 'reduce',
    storageState: { cookies: [], origins: [{ origin, localStorage }] },
  });
  const answer = await context.request.post(`${origin}/api/v1/session`, {
    data: { email: `${role}@demo.example`, password },
  });
  if (!answer.ok()) throw new Error(`${role} could not sign in: ${await answer.text()}`);
  context.setDefaultTimeout(120_000);
  return context.newPage();
}

await main();
