import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, test as anyTest, beforeAll, inject, onTestFinished } from 'vitest';
import type { UserRole } from '../../schema/wire/api/access.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { chromiumPath, startChromium } from '../helpers/chromium.ts';
import { ensureBuilt } from '../helpers/programs.ts';
import { type DemoPlace, type ServiceProcess, startService } from '../helpers/service-process.ts';

/** Does not run where there is no Chromium; `npm test` says so loudly. */
export const test = anyTest.skipIf(chromiumPath === undefined);

export const sizes = {
  controlRoom: { width: 1366, height: 768 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
} as const;

interface Person {
  email: string;
  password: string;
}

export interface OpenOptions {
  language?: 'zh' | 'en';
  colours?: 'light' | 'dark';
  size?: { readonly width: number; readonly height: number };
  /** Console errors that belong to the test, such as the 401 of a wrong password. All others fail it. */
  allow?: readonly RegExp[];
  /** Signs in anew instead of going on with the session of the role: for tests that end it. */
  ownSession?: boolean;
  /** Who signs in instead of the demo's person of the role. */
  person?: Person;
  /** Runs before the page's own scripts. */
  script?: string;
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/**
 * A browser and a running service for the tests of a file:
 *
 *     const site = useConsole();
 *     test('…', async () => {
 *       const page = await site.open('staff', '/stations/bj-001');
 *     });
 *
 * The service is shared by all files of the run: it has the demo's people, the stations bj-001 and bj-002 with taxis coming, and runs 20 times faster
 * than the clock. A test that kills it takes `useOwnConsole`.
 */
export const useConsole = () => useBrowser(sharedPlace);

/** As `useConsole`, with a service of this file's own that can be killed and started again at the same address. */
export function useOwnConsole(env: Readonly<Record<string, string>> = {}) {
  let dataDir = '';
  let service: ServiceProcess | undefined;
  const site = useBrowser(async () => {
    await ensureBuilt();
    dataDir = await mkdtemp(join(tmpdir(), 'pitlane-console-'));
    service = await startService({ dataDir, env });
    return service;
  });
  afterAll(async () => {
    await service?.stop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  }, 60_000);
  return {
    ...site,
    kill: () => service?.stop('SIGKILL'),
    async restart() {
      service = await startService({ dataDir, port: service?.port ?? 0, env });
    },
  };
}

async function sharedPlace(): Promise<DemoPlace> {
  const answer = await fetch(`${inject('deskOfTheRun')}/console`);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as DemoPlace;
}

/** A browser beside whatever is found there. */
export function useBrowser(findPlace: () => Promise<DemoPlace>) {
  let browser: Browser | undefined;
  let place: DemoPlace = { url: '', password: '', keys: {} };
  const sessions = new Map<UserRole, Cookies>();
  if (chromiumPath !== undefined) {
    beforeAll(async () => {
      place = await findPlace();
      browser = await startChromium();
    }, 600_000);
    afterAll(() => browser?.close(), 30_000);
  }

  // What the page for it does is tested once, in sign-in.test.ts.
  const signIn = async (context: BrowserContext, { email, password }: Person) => {
    const answer = await context.request.post(`${place.url}/api/v1/session`, { data: { email, password } });
    if (!answer.ok()) throw new Error(`${email} could not sign in: ${await answer.text()}`);
  };
  return {
    url: () => place.url,
    password: () => place.password,
    /** A page of a browser that has nobody else's cookies. `null`: nobody is signed in. The test fails with any error in its console. */
    async open(role: UserRole | null, path = '/', options: OpenOptions = {}): Promise<Page> {
      if (!browser) throw new Error('the browser has not started');
      const { allow = [], ownSession = false } = options;
      const cookies = role !== null && !ownSession ? sessions.get(role) : undefined;
      const context = await browser.newContext(contextOf(place.url, cookies, options));
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      if (options.script) await page.addInitScript(options.script);
      failOnErrors(page, allow);
      if (options.person) await signIn(context, options.person);
      else if (role !== null && !cookies) {
        await signIn(context, { email: `${role}@demo.example`, password: place.password });
        if (!ownSession) sessions.set(role, await context.cookies());
      }
      await page.goto(`${place.url}${path}`);
      return page;
    },
    /** Asks the API with the demo's key of a role: to bring a situation about, or to see what became of it. */
    async ask<T>(role: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
      const answer = await fetch(`${place.url}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${place.keys[role]}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as T };
    },
  };
}

function contextOf(origin: string, cookies: Cookies | undefined, options: OpenOptions) {
  const { language = 'en', colours = 'light', size = sizes.controlRoom } = options;
  const localStorage = [
    { name: 'pitlane-language', value: language },
    { name: 'pitlane-colours', value: colours },
  ];
  return {
    viewport: { ...size },
    locale: language === 'en' ? 'en-GB' : 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce' as const,
    storageState: { cookies: cookies ?? [], origins: [{ origin, localStorage }] },
  };
}

/** Watches the page until the end of the test, and closes it then. */
function failOnErrors(page: Page, allow: readonly RegExp[]): void {
  const problems: string[] = [];
  const note = (text: string) => {
    if (!allow.some((each) => each.test(text))) problems.push(text);
  };
  page.on('pageerror', (error) => note(`pageerror: ${error.stack ?? error.message}`));
  // What the policy forbids is an error in the console, too.
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} (${message.location().url})`);
  });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, task.name);
    await page.context().close();
    if (problems.length > 0) throw new Error(`errors in the browser's console:\n${problems.join('\n')}`);
  });
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(projectRoot, 'test-failures');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(/\W+/g, '-')}.png`);
  await page.screenshot({ path, fullPage: true }).catch(() => {});
}
