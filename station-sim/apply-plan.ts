import { applyFault } from './apply-fault.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { SimStation } from './sim-station.ts';

/** Arms the timed faults of a plan. Its probabilities are options of the station. */
export function applyPlan(station: SimStation, plan: FaultPlan): void {
  if (plan.messages) station.line.messages(plan.messages);
  for (const { atS, station: only, fault } of plan.at) {
    if (only !== undefined && only !== station.id) continue;
    station.core.clock.afterEquip(atS * 1_000, () => {
      const problem = applyFault(station.core, station.line, fault);
      if (problem) console.error(`${station.id}: fault ${fault.kind} did not fit: ${problem}`);
    });
  }
}
