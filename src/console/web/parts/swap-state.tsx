import {
  type Icon,
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconLoader,
  IconUserExclamation,
} from '@tabler/icons-react';
import type { Swap } from '../../../../schema/wire/api/swap.ts';
import { useTexts } from '../i18n/texts.ts';
import { StateBadge } from './state-badge.tsx';
import { stationTexts } from './station-texts.ts';

const looks: Readonly<Record<Swap['state'], { color: string; icon: Icon }>> = {
  requested: { color: 'cyan', icon: IconClock },
  running: { color: 'blue', icon: IconLoader },
  completed: { color: 'green', icon: IconCircleCheck },
  'rolled-back': { color: 'yellow', icon: IconArrowBackUp },
  refused: { color: 'gray', icon: IconBan },
  'needs-person': { color: 'red', icon: IconUserExclamation },
};

export function SwapStateBadge({ state }: { state: Swap['state'] }) {
  const say = useTexts(stationTexts);
  const { color, icon } = looks[state];
  return <StateBadge color={color} icon={icon} words={say(`swap.${state}`)} value={state} />;
}
