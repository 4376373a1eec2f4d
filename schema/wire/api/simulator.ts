import { z } from 'zod';
import { simControl, simReport } from '../simulator.ts';

const [fault, clearFaults, speed, taxi, traffic, panel, cleanLabels, repair] = simControl.options;
/** What the service fills in by itself. */
const head = { v: true, station: true, id: true } as const;

/** Simulator control as the API takes it: the same closed set as on the wire, without its head. */
export const simulatorBody = z
  .discriminatedUnion('type', [
    fault.omit(head),
    clearFaults.omit(head),
    speed.omit(head),
    taxi.omit(head),
    traffic.omit(head),
    panel.omit(head),
    cleanLabels.omit(head),
    repair.omit(head),
  ])
  .meta({ id: 'SimulatorControl', examples: [{ type: 'speed', timeScale: 20 }] });
export type SimulatorBody = z.infer<typeof simulatorBody>;

export const simulatorAnswer = simReport.meta({ id: 'SimulatorReport' });
