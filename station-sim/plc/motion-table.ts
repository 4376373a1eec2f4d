import type { CommandType } from '../../schema/wire/commands.ts';
import type { MotionRow } from './motion.ts';
import { exchangeMotion, robotMotions } from './robot-motions.ts';
import { shuttleMotions } from './shuttle-motions.ts';

/** Every motion the station can make. */
export const motionTable: { [T in Exclude<CommandType, 'setChargeLimit'>]: MotionRow<T> } = {
  ...robotMotions,
  exchange: exchangeMotion,
  ...shuttleMotions,
};
