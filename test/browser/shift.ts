import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Slot } from '../../schema/wire/api/station.ts';
import type { Swap } from '../../schema/wire/api/swap.ts';
import { boardOn, panelOn, type Site } from './hands.ts';

const patience = { timeout: 60_000, interval: 200 };

export const dataOf = (page: Page, selector: string, name: string) =>
  page.evaluate(
    `[...document.querySelectorAll('${selector}')].map(({ dataset }) => dataset.${name}).sort()`,
  ) as Promise<string[]>;

/** A person with the board in one tab and the simulator's panel in another. */
export async function onShift(site: Site, station: string) {
  const allow = [/ERR_/];
  const board = boardOn(site, await site.open('staff', `/stations/${station}`, { allow }), station);
  const panel = panelOn(await site.open('staff', `/simulator/${station}`, { allow }));
  await site.ask('staff', `/stations/${station}/simulator`, { type: 'traffic', on: false });
  await panel.page.getByText('50×').click();
  // Cars that were on their way still come: the last one has gone when nothing has happened for most of an equipment minute.
  let quiet = 0;
  const looks = async () => {
    const { state, vehicle } = await board.machine();
    quiet = state === 'idle' && vehicle === null ? quiet + 1 : 0;
    return quiet;
  };
  await expect.poll(looks, { timeout: 60_000, interval: 100 }).toBeGreaterThan(8);
  return { site, station, board, panel };
}
export type Shift = Awaited<ReturnType<typeof onShift>>;

/** The slot whose pack the next car gets: the fullest, and of those the first. */
export async function nextSlot({ site, station }: Shift): Promise<Slot> {
  const { body } = await site.ask<{ items: Slot[] }>('staff', `/stations/${station}/slots?limit=200`);
  const charge = ({ pack }: Slot) => Math.floor(pack?.socPct ?? 0);
  const [next] = body.items
    .filter(({ pack, locked }) => pack?.ready && pack.status === 'inService' && pack.reservedBy === null && !locked)
    .toSorted((a, b) => charge(b) - charge(a) || a.slot - b.slot);
  if (!next) throw new Error(`${station} has no pack that is ready`);
  return next;
}

/**
 * Harms the pack that the next car gets, and sends cars until it has shown. Charge rises meanwhile, and another pack may overtake the harmed one:
 * then that car goes as any other, and the pack that is next by then is harmed.
 * @param shows sends a car; true: it was given the pack of that slot, and somebody noticed
 */
export async function harmNextPack(
  shift: Shift,
  harm: (slot: Slot) => Promise<void>,
  shows: (slot: Slot) => Promise<boolean>,
): Promise<void> {
  for (let tries = 1; tries <= 4; tries++) {
    const slot = await nextSlot(shift);
    await harm(slot);
    if (await shows(slot)) return;
  }
  throw new Error('four cars came, and none was given the pack that was harmed');
}

const swaps = async ({ site, station }: Shift): Promise<Swap[]> =>
  (await site.ask<{ items: Swap[] }>('staff', `/swaps?station=${station}&limit=3`)).body.items;

/** Sends a car, and waits for its swap to be more than asked for. */
async function sendCar(shift: Shift): Promise<Swap> {
  const [before] = await swaps(shift);
  await shift.panel.taxi();
  const begun = async () => {
    const [swap] = await swaps(shift);
    return swap && swap.id !== before?.id && swap.state !== 'requested' ? swap : null;
  };
  await expect.poll(begun, patience).not.toBe(null);
  const swap = await begun();
  if (!swap) throw new Error('the swap has gone');
  return swap;
}

/** A car that gets a pack. One that is let go at once, because of what it brought from an earlier fault, makes room for another. */
export async function carComes(shift: Shift): Promise<string> {
  for (let tries = 1; ; tries++) {
    const { id, state } = await sendCar(shift);
    if (state !== 'refused' || tries === 4) return id;
    await shift.board.isIn('idle');
  }
}

/** Until its swap has ended and the bay is free: without anybody's help, or confirmed where it asks for a person. Gives how the swap ended. */
async function hasGone(shift: Shift, id: string, helped: boolean): Promise<string> {
  const { site, board } = shift;
  const outcome = async () => {
    const { state, endedAt } = (await site.ask<Swap>('staff', `/swaps/${id}`)).body;
    return endedAt !== null || (helped && state === 'needs-person') ? state : null;
  };
  await expect.poll(outcome, patience).not.toBe(null);
  if ((await outcome()) === 'needs-person') await confirmed(shift);
  await board.isIn('idle');
  return String(await outcome());
}

export const carComesAndGoes = async (shift: Shift, helped = false) => hasGone(shift, await carComes(shift), helped);

export const carIsLetGo = async (shift: Shift) => hasGone(shift, (await sendCar(shift)).id, false);

/** The bay asks for a person, whose way out is offered: confirmed, it goes on by itself. */
export async function confirmed({ board }: Shift): Promise<void> {
  await board.isIn('faulted');
  await board.bay.getByTestId('what-to-do').waitFor();
  await board.offersWhatIsAllowed();
  await board.act('confirm', 'looked at it: all is well');
  await board.isIn('idle');
}

/** What the board's red box says is done at the panel, button by button. */
export async function readyAtThePanel({ board, panel }: Shift): Promise<void> {
  await board.bay
    .locator('[data-testid=panel][data-safety=awaitingReset], [data-testid=panel][data-safety=stopped]')
    .waitFor();
  await board.offersWhatIsAllowed();
  await panel.press('reset');
  await board.bay.locator('[data-testid=panel][data-safety=awaitingConfirm]').waitFor();
  await panel.press('confirm');
  await board.bay.getByTestId('panel').waitFor({ state: 'detached' });
}

export async function stands(
  { site, station }: Shift,
  kind: 'alarms' | 'incidents',
  what: RegExp,
  expected = true,
): Promise<void> {
  const keys = async () => {
    const query = kind === 'alarms' ? 'active=true' : 'open=true';
    const { body } = await site.ask<{ items: { key: string; code: string }[] }>(
      'staff',
      `/${kind}?station=${station}&${query}&limit=200`,
    );
    return body.items.some(({ key, code }) => what.test(`${code} ${key}`));
  };
  await expect.poll(keys, patience).toBe(expected);
}

/** A car comes and goes; whether an incident names the pack of that slot since. */
export const isMissed =
  (shift: Shift) =>
  async ({ pack }: Slot): Promise<boolean> => {
    expect(await carComesAndGoes(shift)).toBe('completed');
    const { body } = await shift.site.ask<{ items: { key: string }[] }>(
      'staff',
      `/incidents?station=${shift.station}&open=true&limit=200`,
    );
    return body.items.some((incident) => JSON.stringify(incident).includes(pack?.code ?? 'no pack'));
  };

/** A motion that was cut short in the middle wants a person's eyes; one that had not begun, or was over, goes on by itself. */
export async function goesOn(shift: Shift): Promise<void> {
  const { board } = shift;
  await board.isIn('faulted', 'idle');
  if ((await board.machine()).state === 'faulted') await confirmed(shift);
}

/** The current states of both machines, and no others, are lit. */
export async function chartsLightWhatIs({ site, station, board: { page } }: Shift): Promise<void> {
  await page.getByTestId('show-charts').click();
  const { body } = await site.ask<{ states: string[]; cycle: { states: string[] } }>(
    'staff',
    `/stations/${station}/bays/1/machines`,
  );
  for (const [machine, states] of [
    ['bay', body.states],
    ['cycle', body.cycle.states],
  ] as const) {
    if (machine === 'cycle') await page.getByText('Swap cycle', { exact: true }).click();
    // A state lies in others, which are lit with it.
    const wanted = new Set(
      states.flatMap((path) => path.split('.').map((_, at, keys) => keys.slice(0, at + 1).join('.'))),
    );
    const paths = () => dataOf(page, `[data-testid=chart-${machine}] [data-lit=true]`, 'path');
    await expect.poll(paths, { timeout: 20_000 }).toEqual([...wanted].sort());
  }
  await page.getByTestId('show-charts').click();
}
