import { Alert, List, Text } from '@mantine/core';
import { IconUserExclamation } from '@tabler/icons-react';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useOne } from '../../live/use-live.ts';
import { useReasonWords } from '../../parts/reason-words.ts';
import { boardTexts } from './texts.ts';
import { ToSimulator } from './to-simulator.tsx';

const helpful = ['confirm', 'resolve', 'reset'] as const;

/** The bay cannot go on alone: why, where to go, and what each of the offered ways means. */
export function WhatToDo({ bay, simulated }: { bay: Bay; simulated: boolean }) {
  const say = useTexts(boardTexts);
  const reasonWords = useReasonWords();
  const swap = useOne('swap', bay.swap ?? '');
  const { station, state, allowed } = bay;
  if (state !== 'faulted') return null;
  return (
    <Alert
      color="red"
      icon={<IconUserExclamation aria-hidden />}
      title={say('faulted.title')}
      p="sm"
      data-testid="what-to-do"
    >
      {swap && swap.reason !== null && (
        <Text size="sm" fw={600}>
          {say('bay.reason', { reason: reasonWords(swap.reason) })}
        </Text>
      )}
      <Text size="sm">
        {say('faulted.look')} {simulated && <ToSimulator station={station} words={say('faulted.simulated')} />}
      </Text>
      <Text size="sm" mt={4}>
        {say('faulted.choose')}
      </Text>
      <List size="sm">
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
