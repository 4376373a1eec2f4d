import type { GradingTest } from '../../schema/wire/cascade/grading.ts';

/** One cell of PulseBat (github.com/terencetaothucb/Pulse-Voltage-Response-Generation, MIT, © 2024 Terence (Shengyu) Tao): 6.0549 Ah of 10 were left. */
export const pulseTests: { LMO: NonNullable<GradingTest['pulse']> } = {
  LMO: {
    at: '2026-11-20T08:00:00Z',
    operator: 'Li',
    device: 'Neware 5V',
    cathode: 'LMO',
    nominalAh: 10,
    socPct: 5,
    pulseS: 5,
    volts: [
      2.946, 2.9742, 2.9986, 2.9704, 2.9512, 2.923, 2.8973, 2.9261, 2.9486, 3.0062, 3.0524, 2.9955, 2.956, 2.8986,
      2.8473, 2.9054, 2.9498, 3.0367, 3.1031, 3.0185, 2.9605,
    ],
  },
};
