import { Alert, Anchor, Card, CloseButton, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconBroadcastOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { BayStateBadge } from '../../parts/bay-state.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { useWaitingWords } from '../station-board/waiting.ts';
import { powerOf } from './power.ts';
import type { StationRow } from './station-row.ts';
import { networkTexts } from './texts.ts';
import { TroubleBadge } from './trouble-badge.tsx';
import { troubleOf } from './worst-first.ts';

/** The station that was chosen, bay by bay, live. */
export default function ChosenStation({ row, close }: { row: StationRow; close: () => void }) {
  const say = useTexts(networkTexts);
  const { station, bays } = row;
  return (
    <Card
      component="section"
      withBorder
      shadow="md"
      padding="sm"
      aria-label={say('chosen.label')}
      data-chosen-station={station.id}
    >
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={2} size="h5" lineClamp={1}>
            {station.name}
          </Title>
          <CloseButton aria-label={say('chosen.close')} onClick={close} />
        </Group>
        <TroubleBadge trouble={troubleOf(row)} />
        <Power row={row} />
        {station.online ? (
          <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
            {bays.map((bay) => (
              <BayLine key={bay.bay} bay={bay} />
            ))}
          </Stack>
        ) : (
          <Dead row={row} />
        )}
        <Anchor component={Link} to={`/stations/${station.id}` as never} size="sm">
          {say('chosen.open')}
        </Anchor>
      </Stack>
    </Card>
  );
}

function Power({ row }: { row: StationRow }) {
  const say = useTexts(networkTexts);
  const formats = useFormats();
  const { powerW, limitW, pct, color } = powerOf(row);
  const limit = formats.kW(limitW);
  if (powerW === null) return <Text size="sm">{say('power.unknown', { limit })}</Text>;
  return (
    <div>
      <Text size="sm">{say('power.of', { power: formats.kW(powerW), limit })}</Text>
      <Progress value={pct} color={color} size="sm" aria-label={say('table.power')} />
    </div>
  );
}

/** Nothing of what it said last is shown as if it were so now. */
function Dead({ row: { station } }: { row: StationRow }) {
  const say = useTexts(networkTexts);
  const formats = useFormats();
  return (
    <Alert color="gray" icon={<IconBroadcastOff aria-hidden />} title={say('chosen.silent')}>
      <Text size="sm">{say('chosen.lastHeard', { at: formats.dayAndTime(station.changedAt) })}</Text>
    </Alert>
  );
}

function BayLine({ bay: { bay, state, vehicle, robotStep, shuttleStep, waitingFor } }: { bay: Bay }) {
  const say = useTexts(networkTexts);
  const sayStation = useTexts(stationTexts);
  const waits = useWaitingWords()(waitingFor);
  const nameOf = (step: string) => {
    const known = Object.keys(stationTexts.en.step).includes(step);
    return known ? sayStation(`step.${step as keyof typeof stationTexts.en.step}`) : step;
  };
  const steps = [robotStep, shuttleStep].filter((step) => step !== null).map(nameOf);
  return (
    <li data-bay={bay}>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={600}>
          {say('chosen.bay', { bay })}
        </Text>
        <BayStateBadge state={state} />
      </Group>
      <Text size="xs">{[vehicle ?? say('chosen.noCar'), ...steps].join(' · ')}</Text>
      {waits !== null && (
        <Text size="xs" fw={600}>
          {say('chosen.waits', { waits })}
        </Text>
      )}
    </li>
  );
}
