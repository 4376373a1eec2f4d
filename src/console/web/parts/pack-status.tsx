import type { MantineSize } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconBatteryCharging,
  IconCircleCheck,
  IconMoonStars,
  IconPlant2,
  IconRecycle,
} from '@tabler/icons-react';
import type { Battery } from '../../../../schema/wire/api/battery.ts';
import { useTexts } from '../i18n/texts.ts';
import { packTexts } from './pack-texts.ts';
import { StateBadge } from './state-badge.tsx';

export type PackStatus = Battery['status'];

const looks: Readonly<Record<PackStatus, { color: string; icon: Icon }>> = {
  inService: { color: 'green', icon: IconCircleCheck },
  quarantined: { color: 'red', icon: IconAlertTriangle },
  resting: { color: 'blue', icon: IconMoonStars },
  retired: { color: 'gray', icon: IconBatteryCharging },
  secondLife: { color: 'teal', icon: IconPlant2 },
  recycled: { color: 'gray', icon: IconRecycle },
};

export function PackStatusBadge({ status, size = 'md' }: { status: PackStatus; size?: MantineSize }) {
  const say = useTexts(packTexts);
  const { color, icon } = looks[status];
  return <StateBadge color={color} icon={icon} words={say(`status.${status}`)} size={size} value={status} />;
}
