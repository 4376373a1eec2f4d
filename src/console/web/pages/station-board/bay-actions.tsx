import { Button, Group, Text } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconBox,
  IconCheck,
  IconGavel,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTool,
  IconToolsOff,
} from '@tabler/icons-react';
import type { BayActionName } from '../../../../../schema/wire/api/action.ts';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { boardTexts } from './texts.ts';

/** Those that help a bay that stands come first. `moves`: robot or shuttle may move at once. */
export const actionLooks: Readonly<Record<BayActionName, { icon: Icon; moves: boolean; first: boolean }>> = {
  confirm: { icon: IconCheck, moves: true, first: true },
  resolve: { icon: IconGavel, moves: false, first: true },
  reset: { icon: IconRefresh, moves: true, first: true },
  resume: { icon: IconPlayerPlay, moves: true, first: true },
  'return-to-service': { icon: IconToolsOff, moves: true, first: true },
  hold: { icon: IconPlayerPause, moves: false, first: false },
  abort: { icon: IconArrowBackUp, moves: true, first: false },
  maintenance: { icon: IconTool, moves: false, first: false },
  'isolate-pack': { icon: IconBox, moves: true, first: false },
};
/** Here somebody has to do something; elsewhere what is offered is no more than possible. */
const stands: ReadonlySet<Bay['state']> = new Set(['faulted', 'held', 'maintenance', 'emergencyStopped']);
const order = Object.keys(actionLooks) as BayActionName[];

interface BayActionsProps {
  state: Bay['state'];
  allowed: readonly BayActionName[];
  wish: (action: BayActionName) => void;
}

/** Exactly what the bay takes now. */
export function BayActions({ state, allowed, wish }: BayActionsProps) {
  const say = useTexts(boardTexts);
  if (allowed.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {say('action.none')}
      </Text>
    );
  return (
    <Group gap="xs" data-testid="actions">
      {order
        .filter((action) => allowed.includes(action))
        .map((action) => {
          const { icon: Picture, first } = actionLooks[action];
          return (
            <Button
              key={action}
              size="xs"
              variant={first && stands.has(state) ? 'filled' : 'default'}
              leftSection={<Picture size={16} aria-hidden />}
              onClick={() => wish(action)}
              data-action={action}
            >
              {say(`action.name.${action}`)}
            </Button>
          );
        })}
    </Group>
  );
}
