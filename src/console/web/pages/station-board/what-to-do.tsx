import { Alert, List } from '@mantine/core';
import { IconUserExclamation } from '@tabler/icons-react';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { boardTexts } from './texts.ts';
import { ToSimulator } from './to-simulator.tsx';

const helpful = ['confirm', 'resolve', 'reset'] as const;

/** The bay cannot go on alone: where to go, and what each of the offered ways means. */
export function WhatToDo({ bay: { station, state, allowed }, simulated }: { bay: Bay; simulated: boolean }) {
  const say = useTexts(boardTexts);
  if (state !== 'faulted') return null;
  return (
    <Alert
      color="red"
      icon={<IconUserExclamation aria-hidden />}
      title={say('faulted.title')}
      p="sm"
      data-testid="what-to-do"
    >
      <List size="sm" type="ordered">
        <List.Item>
          {say('faulted.look')} {simulated && <ToSimulator station={station} words={say('faulted.simulated')} />}
        </List.Item>
        {helpful
          .filter((action) => allowed.includes(action))
          .map((action) => (
            <List.Item key={action}>
              <b>{say(`action.name.${action}`)}</b>: {say(`faulted.${action}`)}
            </List.Item>
          ))}
      </List>
    </Alert>
  );
}
