import { describe, expect } from 'vitest';
import { simFault } from '../../schema/wire/simulator.ts';
import { tooWide } from './checks.ts';
import { lineAndPacks, machineAndPeople, type Plays } from './fault-plays.ts';
import { sizes, test, useOwnConsole } from './harness.ts';
import { dataOf, onShift } from './shift.ts';

// Of its own: nobody else should look at stations that are broken on purpose.
const site = useOwnConsole();

async function playThrough(station: string, faults: Plays): Promise<void> {
  const shift = await onShift(site, station);
  for (const [kind, play] of Object.entries(faults)) {
    await play(shift).catch((cause: unknown) => {
      throw new Error(`${kind} at ${station}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    });
  }
  await shift.board.offersWhatIsAllowed();
}

describe('the simulator panel', () => {
  test('has every fault there is, and for each a way out that the board offers', { timeout: 600_000 }, async () => {
    const kinds = simFault.options.map((option) => option.shape.kind.value);
    expect([...Object.keys(machineAndPeople), ...Object.keys(lineAndPacks)].sort()).toEqual(kinds.toSorted());
    await Promise.all([playThrough('bj-001', machineAndPeople), playThrough('bj-002', lineAndPacks)]);
    const panel = await site.open('staff', '/simulator/bj-001');
    await panel.locator('[data-fault]').first().waitFor();
    const offered = await dataOf(panel, '[data-fault]', 'fault');
    expect(offered).toEqual(kinds.toSorted());
  });

  test('speaks Chinese, on a phone as well', async () => {
    const page = await site.open('staff', '/simulator/bj-002', { language: 'zh', size: sizes.phone });
    await page.getByRole('group', { name: '1 号工位现场面板' }).getByRole('button', { name: '急停' }).waitFor();
    await page.getByRole('button', { name: '来一辆出租车' }).first().waitFor();
    await page.locator('[data-fault=stuck]').click();
    await page.getByRole('button', { name: '让它发生' }).waitFor();
    expect(await tooWide(page)).toEqual([]);
  });

  test('is not for a fleet', async () => {
    const page = await site.open('fleet', '/simulator');
    await page.getByRole('heading', { name: 'Not for your role' }).waitFor();
    expect(await page.locator('[data-fault]').count()).toBe(0);
  });
});
