import { Alert, Text } from '@mantine/core';
import { IconHandFinger } from '@tabler/icons-react';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { boardTexts } from './texts.ts';
import { ToSimulator } from './to-simulator.tsx';

/** What only a person at the bay's panel can do. */
export function PanelNotice({ bay: { station, safety, state, sensors }, simulated }: { bay: Bay; simulated: boolean }) {
  const say = useTexts(boardTexts);
  if (safety === 'ready' || state === 'offline') return null;
  const eStop = safety === 'stopped' && sensors?.emergencyStop;
  return (
    <Alert
      color="red"
      icon={<IconHandFinger aria-hidden />}
      title={say('panel.title')}
      p="sm"
      data-testid="panel"
      data-safety={safety}
    >
      <Text size="sm">{eStop ? say('panel.eStop') : say(`panel.${safety}`)}</Text>
      {simulated && <ToSimulator station={station} words={say('panel.simulated')} />}
    </Alert>
  );
}
