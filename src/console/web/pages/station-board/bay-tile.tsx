import { Box, Collapse, Divider, Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight, IconHourglass } from '@tabler/icons-react';
import type { BayActionName } from '../../../../../schema/wire/api/action.ts';
import type { Bay, Station } from '../../../../../schema/wire/api/station.ts';
import type { Swap } from '../../../../../schema/wire/api/swap.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useOne } from '../../live/use-live.ts';
import { BayStateBadge, bayLooks } from '../../parts/bay-state.tsx';
import { useReasonWords } from '../../parts/reason-words.ts';
import { StepTable } from '../../parts/step-table.tsx';
import { StepTimeline } from '../../parts/step-timeline.tsx';
import { useNow } from '../../parts/use-now.ts';
import { BayActions } from './bay-actions.tsx';
import { BayClock } from './bay-clock.tsx';
import { useSwapSteps } from './data.ts';
import type { Deliveries } from './deliveries.ts';
import { DeliveryLine } from './delivery-line.tsx';
import { LastSwap } from './last-swap.tsx';
import { PanelNotice } from './panel-notice.tsx';
import { StepsNow } from './steps-now.tsx';
import { boardTexts } from './texts.ts';
import { useWaitingWords } from './waiting.ts';
import { WhatToDo } from './what-to-do.tsx';

interface BayTileProps {
  bay: Bay;
  station: Station;
  deliveries: Deliveries;
  /** Null: this person only looks. */
  wish: ((action: BayActionName) => void) | null;
}

/** A bay at a glance: state, car, clock, steps, what it waits for, what may be done. */
export function BayTile({ bay, station, deliveries, wish }: BayTileProps) {
  const say = useTexts(boardTexts);
  const wordsFor = useWaitingWords();
  const swap = useOne('swap', bay.swap ?? '');
  const waits = wordsFor(bay.waitingFor);
  const delivery = deliveries.of(bay.bay);
  const color = `var(--mantine-color-${bayLooks[bay.state].color}-filled)`;
  return (
    <Paper
      component="section"
      withBorder
      p="sm"
      aria-label={say('bay.name', { n: bay.bay })}
      style={{ borderLeft: `6px solid ${color}` }}
      data-testid={`bay-${bay.bay}`}
    >
      <Stack gap="sm">
        <Group justify="space-between" wrap="wrap" gap="xs">
          <Group gap="sm">
            <Title order={3} size="h4">
              {say('bay.name', { n: bay.bay })}
            </Title>
            <BayStateBadge state={bay.state} size="lg" />
          </Group>
          <Text size="sm">{bay.vehicle === null ? say('bay.noCar') : say('bay.car', { vin: bay.vehicle })}</Text>
        </Group>
        <PanelNotice bay={bay} simulated={wish !== null && station.simulated} />
        {wish && <WhatToDo bay={bay} simulated={station.simulated} />}
        {waits !== null && (
          <Group gap={6} wrap="nowrap" data-testid="waits">
            <IconHourglass size={16} aria-hidden style={{ flex: 'none' }} />
            <Text size="sm" fw={600}>
              {say('bay.waits')}: {waits}
            </Text>
          </Group>
        )}
        {wish && <BayActions state={bay.state} allowed={bay.allowed} wish={wish} />}
        {delivery && <DeliveryLine key={delivery.command.id} delivery={delivery} dismiss={deliveries.dismiss} />}
        <Divider />
        {swap ? <SwapNow bay={bay} swap={swap} station={station} /> : <LastSwap bay={bay} />}
      </Stack>
    </Paper>
  );
}

function SwapNow({ bay, swap, station }: { bay: Bay; swap: Swap; station: Station }) {
  const say = useTexts(boardTexts);
  const reasonWords = useReasonWords();
  const [opened, { toggle }] = useDisclosure(false);
  const { data } = useSwapSteps(swap.id, `${bay.robotStep} ${bay.shuttleStep} ${bay.state} ${swap.state}`);
  const steps = data?.id === swap.id ? data.steps : [];
  const now = useNow(swap.endedAt === null ? 1000 : null);
  return (
    <Box>
      <BayClock swap={swap} timeScale={station.timeScale} now={now} />
      {swap.reason !== null && bay.state !== 'faulted' && (
        <Text size="sm" mb="xs">
          {say('bay.reason', { reason: reasonWords(swap.reason) })}
        </Text>
      )}
      <StepsNow steps={steps} from={swap.inPositionAt} timeScale={station.timeScale} now={now} />
      <StepTimeline steps={steps} from={swap.inPositionAt} timeScale={station.timeScale} now={now} />
      <UnstyledButton onClick={toggle} aria-expanded={opened} mt="xs">
        <Group gap={4} component="span">
          {opened ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <Text size="sm" component="span">
            {say('bay.detail')}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <StepTable steps={steps} />
      </Collapse>
    </Box>
  );
}
