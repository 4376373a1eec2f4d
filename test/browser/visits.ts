import type { Page } from 'playwright-core';
import type { UserRole } from '../../schema/wire/api/access.ts';
import { type Page as ConsolePage, pages } from '../../src/console/web/app/pages.ts';
import { settled } from './checks.ts';
import type { useConsole } from './harness.ts';

type Site = ReturnType<typeof useConsole>;

export interface Visit {
  /** As in the list of pages. */
  pattern: string;
  /** One that may see it; null: nobody is signed in. */
  role: UserRole | null;
  /** With something of the demo in the place of each parameter. */
  path: string;
  roles: ConsolePage['roles'];
}

type Find = (site: Site, role: UserRole) => Promise<string>;

const firstOf =
  (list: string, name = 'id'): Find =>
  async (site, role) => {
    // Operations see whatever there is, and have no key in the demo.
    const key = role === 'operations' ? 'admin' : role;
    const { body } = await site.ask<{ items?: Record<string, string>[] }>(key, `/${list}`);
    const id = body.items?.[0]?.[name];
    if (id === undefined) throw new Error(`the demo has nothing for ${role} in ${list}`);
    return encodeURIComponent(id);
  };

/** What stands for a parameter: by the name it has in the addresses of pages. */
const parameters: Readonly<Record<string, Find>> = {
  station: async () => 'bj-001',
  code: firstOf('batteries?limit=1', 'code'),
  swap: firstOf('swaps?limit=1'),
  statement: firstOf('statements?limit=1'),
  income: firstOf('statements?limit=1'),
  site: firstOf('second-life-sites?limit=1'),
};

/** Every page of the console: one that is added is visited, or fails for want of something to put into its address. */
export async function visitsOf(site: Site): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (const { path: pattern, roles } of pages) {
    // A pack is out of its station's sight as soon as a car has driven away with it.
    const seesAll = pattern.includes('$code') ? roles?.find((role) => role === 'operations') : undefined;
    const role = seesAll ?? roles?.[0] ?? null;
    let path = pattern;
    for (const [mark, name = ''] of pattern.matchAll(/\$(\w+)/g)) {
      const find = parameters[name];
      if (!find || role === null) throw new Error(`say in visits.ts what stands for ${mark} in ${pattern}`);
      path = path.replace(mark, await find(site, role));
    }
    visits.push({ pattern, role, path, roles });
  }
  return visits;
}

/** Goes to another page as its link does, without loading the console anew. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`new Promise((arrived) => {
    const stop = __TSR_ROUTER__.subscribe('onRendered', () => {
      stop();
      arrived();
    });
    __TSR_ROUTER__.history.push(${JSON.stringify(path)});
  })`);
  await settled(page);
}
