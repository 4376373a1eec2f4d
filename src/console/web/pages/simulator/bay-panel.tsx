import { Button, Card, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconCheck,
  IconHandStop,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTool,
} from '@tabler/icons-react';
import type { SimulatorBody } from '../../../../../schema/wire/api/simulator.ts';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { BayStateBadge } from '../../parts/bay-state.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { useWaitingWords } from '../station-board/waiting.ts';
import classes from './bay-panel.module.css';
import { simulatorTexts } from './texts.ts';
import type { Order } from './use-simulator.ts';

type PanelButton = Extract<SimulatorBody, { type: 'panel' }>['button'];

const buttons: readonly { button: PanelButton; icon: Icon }[] = [
  { button: 'emergencyStop', icon: IconHandStop },
  { button: 'reset', icon: IconRefresh },
  { button: 'confirm', icon: IconCheck },
  { button: 'hold', icon: IconPlayerPause },
  { button: 'resume', icon: IconPlayerPlay },
];

/** The button that leads on. RESET releases the e-stop, too; at a light curtain one waits until it is free. */
function nextButton({ safety, sensors }: Bay): PanelButton | null {
  if (safety === 'awaitingConfirm') return 'confirm';
  return safety === 'awaitingReset' || (safety === 'stopped' && sensors?.emergencyStop) ? 'reset' : null;
}

interface BayPanelProps {
  bay: Bay;
  order: Order;
  repair: (bay: string) => void;
}

/** What a bay does now, and under it the buttons that hang beside it. */
export function BayPanel({ bay, order, repair }: BayPanelProps) {
  const say = useTexts(simulatorTexts);
  return (
    <Card withBorder padding="sm" data-bay={bay.bay} data-bay-state={bay.state}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Title order={3} size="h5">
            {say('bayName', { n: bay.bay })}
          </Title>
          <BayStateBadge state={bay.state} />
        </Group>
        <BayFacts bay={bay} />
        <Text size="sm">
          {say('panel.title', { n: bay.bay })}:{' '}
          <b data-safety={bay.safety}>
            {say(nextButton(bay) === 'reset' ? 'panel.safety.awaitingReset' : `panel.safety.${bay.safety}`)}
          </b>
        </Text>
        <fieldset className={classes.plate} aria-label={say('panel.title', { n: bay.bay })}>
          {buttons.map(({ button, icon: Picture }) => (
            <UnstyledButton
              key={button}
              className={classes.button}
              data-button={button}
              data-lit={nextButton(bay) === button}
              onClick={() =>
                void order(
                  { type: 'panel', bay: bay.bay, button },
                  say('panel.pressed', { n: bay.bay, button: say(`panel.button.${button}`) }),
                )
              }
            >
              <span className={classes.cap}>
                <Picture size={20} aria-hidden />
              </span>
              {say(`panel.button.${button}`)}
            </UnstyledButton>
          ))}
        </fieldset>
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTool size={14} aria-hidden />}
            onClick={() => repair(bay.bay)}
          >
            {say('panel.repair')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function BayFacts({ bay }: { bay: Bay }) {
  const say = useTexts(simulatorTexts);
  const sayStation = useTexts(stationTexts);
  const inWords = useWaitingWords();
  const step = (name: string | null) => (name === null ? say('nothing') : sayStation(`step.${name as 'authorise'}`));
  return (
    <Text size="sm" component="div">
      <div>{bay.vehicle ?? say('noCar')}</div>
      <div>
        {say('robot')}: {step(bay.robotStep)} · {say('shuttle')}: {step(bay.shuttleStep)}
      </div>
      {bay.waitingFor !== null && (
        <div>
          {say('waits')}: <b>{inWords(bay.waitingFor)}</b>
        </div>
      )}
    </Text>
  );
}
