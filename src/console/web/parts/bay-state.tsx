import type { MantineSize } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconArrowsExchange,
  IconCalendarClock,
  IconCar,
  IconCircleCheck,
  IconDoorExit,
  IconHandStop,
  IconPlayerPause,
  IconPlugConnectedX,
  IconTool,
} from '@tabler/icons-react';
import type { Bay } from '../../../../schema/wire/api/station.ts';
import { useTexts } from '../i18n/texts.ts';
import { StateBadge } from './state-badge.tsx';
import { stationTexts } from './station-texts.ts';

export type BayState = Bay['state'];

/** Colour and picture of each state. `rank`: how soon somebody should look, 0 first. */
export const bayLooks: Readonly<Record<BayState, { color: string; icon: Icon; rank: number }>> = {
  emergencyStopped: { color: 'red', icon: IconHandStop, rank: 0 },
  faulted: { color: 'red', icon: IconAlertTriangle, rank: 1 },
  offline: { color: 'gray', icon: IconPlugConnectedX, rank: 2 },
  held: { color: 'yellow', icon: IconPlayerPause, rank: 3 },
  maintenance: { color: 'grape', icon: IconTool, rank: 4 },
  swapping: { color: 'blue', icon: IconArrowsExchange, rank: 5 },
  occupied: { color: 'blue', icon: IconCar, rank: 6 },
  releasing: { color: 'cyan', icon: IconDoorExit, rank: 7 },
  awaiting: { color: 'cyan', icon: IconCalendarClock, rank: 8 },
  idle: { color: 'green', icon: IconCircleCheck, rank: 9 },
};

export function BayStateBadge({ state, size = 'md' }: { state: BayState; size?: MantineSize }) {
  const say = useTexts(stationTexts);
  const { color, icon } = bayLooks[state];
  return <StateBadge color={color} icon={icon} words={say(`bay.${state}`)} size={size} value={state} />;
}
