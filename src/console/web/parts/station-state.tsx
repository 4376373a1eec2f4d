import type { MantineSize } from '@mantine/core';
import { IconBroadcast, IconBroadcastOff } from '@tabler/icons-react';
import { useTexts } from '../i18n/texts.ts';
import { StateBadge } from './state-badge.tsx';
import { stationTexts } from './station-texts.ts';

/** Whether the service hears the station. */
export function StationStateBadge({ online, size = 'md' }: { online: boolean; size?: MantineSize }) {
  const say = useTexts(stationTexts);
  return online ? (
    <StateBadge color="green" icon={IconBroadcast} words={say('station.online')} size={size} value="online" />
  ) : (
    <StateBadge color="red" icon={IconBroadcastOff} words={say('station.silent')} size={size} value="silent" />
  );
}
