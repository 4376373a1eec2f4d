import { expect } from 'vitest';
import type { LogEvent } from '../../schema/wire/api/log.ts';
import type { Slot } from '../../schema/wire/api/station.ts';
import type { SimFault } from '../../schema/wire/simulator.ts';
import { walkDialog } from './dialogs.ts';
import {
  carComes,
  carComesAndGoes,
  carIsLetGo,
  chartsLightWhatIs,
  confirmed,
  goesOn,
  harmNextPack,
  isMissed,
  nextSlot,
  readyAtThePanel,
  type Shift,
  stands,
} from './shift.ts';

export type Plays = Partial<Record<SimFault['kind'], (shift: Shift) => Promise<void>>>;

/** Each fault of the panel: how it comes about, what the board says, and the way out that is offered. */
export const machineAndPeople: Plays = {
  async stuck(shift) {
    const { board, panel } = shift;
    await panel.inject('stuck', { Bay: '1', Motion: 'lockPack', 'How many times': 20 });
    await carComes(shift);
    await board.isIn('faulted');
    await chartsLightWhatIs(shift);
    await panel.clearFaults();
    await confirmed(shift);
  },
  async slow(shift) {
    const { board, panel } = shift;
    await panel.inject('slow', { Bay: '1', Motion: 'unlockPack', 'Times as long': 20, 'How many times': 1 });
    await carComes(shift);
    await board.bay.locator('[data-look=over]').first().waitFor({ timeout: 60_000 });
    await board.isIn('idle');
  },
  async sensorLie(shift) {
    await shift.panel.inject('sensorLie', { Bay: '1', Motion: 'lowerPack' });
    await carComes(shift);
    await confirmed(shift);
  },
  async verifyFails(shift) {
    const { board, panel } = shift;
    await panel.inject('verifyFails', { Bay: '1', 'What fails': 'bmsHandshake', 'How many times': 2 });
    expect(await carComesAndGoes(shift)).toBe('completed');
    await board.page.locator('[data-slot-state=quarantined]').first().waitFor();
  },
  async emergencyStop(shift) {
    const { board, panel } = shift;
    await carComes(shift);
    await board.isIn('swapping');
    await panel.inject('emergencyStop', { Bay: '1' });
    await board.isIn('emergencyStopped');
    await board.bay.getByText('The e-stop is pressed').waitFor();
    await readyAtThePanel(shift);
    await goesOn(shift);
  },
  async lightCurtain(shift) {
    const { board, panel } = shift;
    await carComes(shift);
    await board.isIn('swapping');
    await panel.inject('lightCurtain', { Bay: '1' });
    await board.isIn('emergencyStopped');
    await readyAtThePanel(shift);
    await goesOn(shift);
  },
  async driveOffEarly(shift) {
    await shift.panel.inject('driveOffEarly', { Bay: '1' });
    expect(await carIsLetGo(shift)).toMatch(/rolled-back|refused/);
  },
  async consentWithdrawn(shift) {
    await shift.panel.inject('consentWithdrawn', { Bay: '1' });
    expect(await carIsLetGo(shift)).toMatch(/rolled-back|refused|completed/);
  },
  async notReady(shift) {
    await shift.panel.inject('notReady', { Bay: '1', 'What is missing': 'parked' });
    expect(await carIsLetGo(shift)).toMatch(/rolled-back|refused/);
  },
};

export const lineAndPacks: Plays = {
  async powerCut(shift) {
    const { board, panel } = shift;
    await panel.inject('powerCut', { When: 'inMotion', Motion: 'unlockPack', 'For how long, s': 3 });
    // Watched for from before: it is over within seconds.
    const silent = board.page.getByText('This station is silent').waitFor({ timeout: 60_000 });
    await carComes(shift);
    await silent;
    // The demo's attendant presses the panel's buttons after a loss of power.
    await goesOn(shift);
  },
  async reboot(shift) {
    const { site, station, panel } = shift;
    const lastBoot = async () => {
      const { body } = await site.ask<{ items: LogEvent[] }>('staff', `/events?station=${station}&limit=200`);
      return body.items.find(({ type }) => type === 'booted')?.n;
    };
    const before = await lastBoot();
    await panel.inject('reboot', { When: 'inMotion', Motion: 'unlockPack' });
    expect(await carComesAndGoes(shift, true)).toBe('completed');
    expect(await lastBoot()).not.toBe(before);
  },
  async linkLoss({ board, panel }) {
    const silent = board.page.getByText('This station is silent').waitFor({ timeout: 60_000 });
    await panel.inject('linkLoss', { 'For how long, s': 3 });
    await silent;
    await board.isIn('idle');
    await board.page.getByText('This station is silent').waitFor({ state: 'detached' });
  },
  async messages(shift) {
    await shift.panel.inject('messages', {
      'Lost, %': 1,
      'Doubled, %': 20,
      'Mixed within so many': 4,
      'Delay, ms': 50,
    });
    expect(await carComesAndGoes(shift)).toBe('completed');
    await shift.panel.clearFaults();
  },
  async overheat(shift) {
    const { board, panel } = shift;
    const { slot } = await nextSlot(shift);
    await panel.inject('overheat', { 'Pack at': `slot/${slot}`, 'Alarm level': '4' });
    await stands(shift, 'alarms', /^thermalEvent/);
    const tile = board.page
      .getByTestId('slots')
      .getByRole('button')
      .nth(slot - 1);
    // Until the shuttle has brought it to an isolation box; then the slot stays locked.
    await expect.poll(() => tile.getAttribute('data-slot-state'), { timeout: 60_000 }).toMatch(/alarm|locked/);
    await panel.clearFaults();
    await stands(shift, 'alarms', /^thermalEvent/, false);
    await stands(shift, 'alarms', /^smoke/, false);
    // Whoever was first to isolate it, station or service, the shuttle goes on by itself.
    await board.isIn('idle');
    await board.offersWhatIsAllowed();
  },
  async wrongPack(shift) {
    const { site, station, panel } = shift;
    const harm = async ({ slot }: Slot) => {
      const { body } = await site.ask<{ items: Slot[] }>('staff', `/stations/${station}/slots?limit=200`);
      const other = body.items.find((each) => each.slot !== slot && each.pack !== null)?.slot ?? 0;
      await panel.inject('wrongPack', { Slot: String(slot), 'With slot': String(other) });
    };
    await harmNextPack(shift, harm, isMissed(shift));
  },
  async packMissing(shift) {
    const harm = ({ slot }: Slot) => shift.panel.inject('packMissing', { Slot: String(slot) });
    await harmNextPack(shift, harm, isMissed(shift));
  },
  async dirtyLabel(shift) {
    const { board, panel } = shift;
    const harm = ({ slot }: Slot) => panel.inject('dirtyLabel', { 'Pack at': `slot/${slot}` });
    const state = async () => (await board.machine()).state;
    const holdsTheBay = async () => {
      await carComes(shift);
      await expect.poll(state, { timeout: 60_000 }).toMatch(/held|idle/);
      return (await state()) === 'held';
    };
    await harmNextPack(shift, harm, holdsTheBay);
    await board.isIn('held');
    await stands(shift, 'incidents', /^codeUnreadable/);
    // Nobody can wave it on before it can be read.
    await board.offersWhatIsAllowed();
    expect((await board.machine()).allowed).not.toContain('resume');
    await panel.wipeLabels();
    await stands(shift, 'incidents', /^codeUnreadable/, false);
    await board.offers('resume');
    await board.act('resume', 'the label is clean');
    await goesOn(shift);
  },
  async chargerFault(shift) {
    const { panel } = shift;
    const { slot } = await nextSlot(shift);
    await panel.inject('chargerFault', { Slot: String(slot) });
    await stands(shift, 'alarms', /^chargerFault/);
    await panel.clearFaults();
    await stands(shift, 'alarms', /^chargerFault/, false);
  },
  async journalLoss(shift) {
    await shift.panel.inject('journalLoss', { 'Newest records that stay': 0 });
    expect(await carComesAndGoes(shift)).toBe('completed');
  },
  async newJournal(shift) {
    const { page } = shift.board;
    await shift.panel.inject('newJournal');
    await page.getByTestId('adopt').getByRole('button', { name: 'Adopt the journal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Why/).fill('the controller was replaced');
    await walkDialog(page);
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByTestId('adopt').waitFor({ state: 'detached' });
    expect(await carComesAndGoes(shift)).toBe('completed');
  },
};
