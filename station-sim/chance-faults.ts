import { applyFault, type LineFaults } from './apply-fault.ts';
import type { Core } from './core.ts';
import type { Probabilities } from './options.ts';
import { pressPanel } from './plc/safety.ts';

const hourMs = 3_600_000;

/** Faults that come by themselves, so many per equipment hour on average. */
export function runChanceFaults(core: Core, line: LineFaults): void {
  for (const [what, perHour] of Object.entries(core.options.probabilities.perHour)) {
    if (perHour > 0) again(core, line, what as keyof Probabilities['perHour'], hourMs / perHour);
  }
}

function again(core: Core, line: LineFaults, what: keyof Probabilities['perHour'], meanMs: number): void {
  core.clock.afterEquip(core.random.faults.exponential(meanMs), () => {
    happen(core, line, what);
    again(core, line, what, meanMs);
  });
}

function happen(core: Core, line: LineFaults, what: keyof Probabilities['perHour']): void {
  const { random, world } = core;
  const bay = random.faults.pick(world.bays);
  if (what === 'emergencyStop') pressPanel(core, bay, 'emergencyStop');
  if (what === 'linkLoss') applyFault(core, line, { kind: 'linkLoss', forMs: random.faults.int(500, 20_000) });
  if (what === 'reboot') applyFault(core, line, { kind: 'reboot', when: 'now' });
  if (what === 'powerCut')
    applyFault(core, line, { kind: 'powerCut', when: 'now', forMs: random.faults.int(500, 10_000) });
  if (what === 'wrongPack') {
    const slots = world.slots.length;
    applyFault(core, line, {
      kind: 'wrongPack',
      slot: random.faults.int(1, slots),
      withSlot: random.faults.int(1, slots),
    });
  }
  if (what === 'dirtyLabel') {
    const place = `slot/${random.faults.int(1, world.slots.length)}`;
    applyFault(core, line, { kind: 'dirtyLabel', place });
  }
  if (what === 'overheat') {
    const place = `slot/${random.faults.int(1, world.slots.length)}`;
    applyFault(core, line, { kind: 'overheat', place, level: random.faults.pick([2, 3, 4]) });
  }
}
