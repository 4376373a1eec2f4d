import {
  type Icon,
  IconAlertTriangle,
  IconBan,
  IconBatteryOff,
  IconBolt,
  IconCircleCheck,
  IconCircleDashed,
  IconHourglass,
  IconLock,
  IconMoon,
} from '@tabler/icons-react';
import type { Slot } from '../../../../../schema/wire/api/station.ts';

export type SlotState =
  | 'alarm'
  | 'locked'
  | 'quarantined'
  | 'retired'
  | 'resting'
  | 'charging'
  | 'ready'
  | 'waiting'
  | 'empty';

export const slotLooks: Readonly<Record<SlotState, { color: string; icon: Icon }>> = {
  ready: { color: 'green', icon: IconCircleCheck },
  charging: { color: 'blue', icon: IconBolt },
  waiting: { color: 'gray', icon: IconHourglass },
  empty: { color: 'gray', icon: IconCircleDashed },
  resting: { color: 'cyan', icon: IconMoon },
  quarantined: { color: 'orange', icon: IconBan },
  retired: { color: 'grape', icon: IconBatteryOff },
  locked: { color: 'red', icon: IconLock },
  alarm: { color: 'red', icon: IconAlertTriangle },
};

/** The one word for a slot: what keeps its pack from a car comes first. */
export function slotState({ pack, charging, locked }: Slot): SlotState {
  if (pack && pack.alarmLevel >= 2) return 'alarm';
  if (locked) return 'locked';
  if (pack === null) return 'empty';
  if (pack.status === 'quarantined') return 'quarantined';
  if (pack.status === 'resting') return 'resting';
  if (pack.status !== 'inService') return 'retired';
  if (pack.ready) return 'ready';
  return charging ? 'charging' : 'waiting';
}

/** A reservation's id is never like a swap's. */
export const isPromise = (holder: string): boolean => holder.startsWith('r-');
