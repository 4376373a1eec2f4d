import { Button, Card, Collapse, Group, List, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { simulatorTexts } from './texts.ts';
import type { Order } from './use-simulator.ts';

interface TourProps {
  station: string;
  /** The bay it is played at. */
  bay: string;
  order: Order;
}

const steps = ['taxi', 'jam', 'look', 'clear', 'confirm', 'stop'] as const;

/** From a fault back to a green bay, for who is here for the first time. */
export function Tour({ station, bay, order }: TourProps) {
  const say = useTexts(simulatorTexts);
  const [shown, setShown] = useLocalStorage({ key: 'pitlane-simulator-tour', defaultValue: true });
  return (
    <Card withBorder padding="sm" mb="sm">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {say('tour.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {say('tour.about')}
          </Text>
        </div>
        <Button size="xs" variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {say(shown ? 'tour.hide' : 'tour.show')}
        </Button>
      </Group>
      <Collapse expanded={shown}>
        <List type="ordered" spacing="xs" mt="sm" size="sm">
          {steps.map((step) => (
            <List.Item key={step}>
              <b>{say(`tour.${step}.title`)}.</b> {say(`tour.${step}.text`)}{' '}
              <StepAct step={step} station={station} bay={bay} order={order} />
            </List.Item>
          ))}
        </List>
      </Collapse>
    </Card>
  );
}

function StepAct({ step, station, bay, order }: TourProps & { step: (typeof steps)[number] }) {
  const say = useTexts(simulatorTexts);
  const [done, setDone] = useState(false);
  const words = say(`tour.${step}.act`);
  if (step === 'look' || step === 'confirm') {
    const to = step === 'look' ? '/alarms' : `/stations/${station}`;
    return (
      <Button component={Link} to={to} size="compact-xs" variant="light">
        {words}
      </Button>
    );
  }
  const bodies = {
    taxi: { type: 'taxi', bay, vin: null, socPct: null },
    jam: { type: 'fault', fault: { kind: 'stuck', bay, step: 'lockPack', times: 20 } },
    clear: { type: 'clearFaults' },
    stop: { type: 'panel', bay, button: 'emergencyStop' },
  } as const;
  const press = async () => {
    setDone(false);
    setDone(await order(bodies[step], words));
  };
  return (
    <>
      <Button size="compact-xs" variant="light" data-tour={step} onClick={() => void press()}>
        {words}
      </Button>
      <span role="status">
        {done && (
          <Text span size="xs" ml={6}>
            <IconCheck size={12} aria-hidden /> {say('tour.done')}
          </Text>
        )}
      </span>
    </>
  );
}
