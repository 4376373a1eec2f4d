import type { BayContext } from '../bay/context.ts';
import { bayRunner } from '../bay/machine.ts';
import { bayMigrations } from '../bay/migrations.ts';
import type { BayState, Instance, MachineKind } from '../contract.ts';
import type { CycleContext } from '../cycle/context.ts';
import { cycleRunner } from '../cycle/machine.ts';
import { cycleMigrations } from '../cycle/migrations.ts';
import type { Runner } from '../runtime/runner.ts';
import { decode, type Live, type Migration } from '../runtime/stored.ts';

/** The machines of this program, by kind. */
export const machines: Record<MachineKind, { runner: Runner; migrations: Readonly<Record<number, Migration>> }> = {
  bay: { runner: bayRunner, migrations: bayMigrations },
  cycle: { runner: cycleRunner, migrations: cycleMigrations },
};

export const liveOf = (instance: Instance): Live => {
  const { runner, migrations } = machines[instance.machine];
  return decode(runner, migrations, instance.stored);
};

export const bayContextOf = (bay: BayState): BayContext => liveOf(bay.bay).snapshot.context as BayContext;
export const cycleContextOf = (bay: BayState): CycleContext | null =>
  bay.cycle ? (liveOf(bay.cycle).snapshot.context as CycleContext) : null;

/** A state value as one word: `swapping,up,ready`, `working(robot(unlockPack(gate)))`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as Record<string, unknown>)
    .map(([key, inner]) => `${key}(${describe(inner)})`)
    .join(',');
}
