import {
  type Icon,
  IconAlertHexagon,
  IconAlertTriangle,
  IconBatteryOff,
  IconBroadcastOff,
  IconCircleCheck,
  IconClockExclamation,
  IconHandStop,
  IconMoon,
  IconUserExclamation,
} from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { networkTexts } from './texts.ts';
import type { Trouble } from './worst-first.ts';

/** Colour and picture of each, and the shape it has on the map. */
export const troubleLooks: Readonly<
  Record<Trouble, { color: string; icon: Icon; shape: 'triangle' | 'cross' | 'diamond' | 'dot' }>
> = {
  danger: { color: 'red', icon: IconAlertHexagon, shape: 'triangle' },
  stopped: { color: 'red', icon: IconHandStop, shape: 'triangle' },
  silent: { color: 'gray', icon: IconBroadcastOff, shape: 'cross' },
  needsPerson: { color: 'orange', icon: IconUserExclamation, shape: 'triangle' },
  empty: { color: 'orange', icon: IconBatteryOff, shape: 'diamond' },
  queue: { color: 'yellow', icon: IconClockExclamation, shape: 'diamond' },
  warned: { color: 'yellow', icon: IconAlertTriangle, shape: 'diamond' },
  away: { color: 'grape', icon: IconMoon, shape: 'dot' },
  none: { color: 'green', icon: IconCircleCheck, shape: 'dot' },
};

export function TroubleBadge({ trouble }: { trouble: Trouble }) {
  const say = useTexts(networkTexts);
  const { color, icon } = troubleLooks[trouble];
  return <StateBadge color={color} icon={icon} words={say(`trouble.${trouble}`)} value={trouble} />;
}
