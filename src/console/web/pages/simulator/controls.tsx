import {
  Button,
  Card,
  Group,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconCar, IconEraser, IconSparkles } from '@tabler/icons-react';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useOne } from '../../live/use-live.ts';
import { simulatorTexts } from './texts.ts';
import type { Order } from './use-simulator.ts';

const speeds = ['1', '5', '10', '20', '50', '100'];
const vinForm = /^[A-HJ-NPR-Z0-9]{17}$/;

interface ControlsProps {
  station: string;
  order: Order;
}

/** Cars, the clock, and what puts everything in order again. */
export function Controls({ station, order }: ControlsProps) {
  const say = useTexts(simulatorTexts);
  return (
    <Card withBorder padding="sm">
      <Stack gap="md">
        <Title order={3} size="h5">
          {say('controls.title')}
        </Title>
        <TaxiForm station={station} order={order} />
        <Group gap="xs" align="center">
          <Text size="sm">{say('controls.rhythm')}</Text>
          <Button.Group>
            <Button
              size="xs"
              variant="default"
              onClick={() => void order({ type: 'traffic', on: true }, say('controls.rhythmOn'))}
            >
              {say('controls.rhythmOn')}
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() => void order({ type: 'traffic', on: false }, say('controls.rhythmOff'))}
            >
              {say('controls.rhythmOff')}
            </Button>
          </Button.Group>
        </Group>
        <Speed station={station} order={order} />
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconSparkles size={14} aria-hidden />}
            onClick={() => void order({ type: 'clearFaults' }, say('controls.clear'))}
          >
            {say('controls.clear')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEraser size={14} aria-hidden />}
            onClick={() => void order({ type: 'cleanLabels' }, say('controls.wipe'))}
          >
            {say('controls.wipe')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function Speed({ station, order }: ControlsProps) {
  const say = useTexts(simulatorTexts);
  const scale = String(useOne('station', station)?.timeScale ?? '');
  const known = speeds.includes(scale) || scale === '' ? speeds : [...speeds, scale];
  return (
    <Stack gap={4}>
      <Text size="sm" id="simulator-speed">
        {say('controls.speed')}
      </Text>
      <SegmentedControl
        aria-labelledby="simulator-speed"
        size="xs"
        value={scale}
        data={known.map((value) => ({ value, label: say('controls.times', { n: value }) }))}
        onChange={(value) =>
          void order(
            { type: 'speed', timeScale: Number(value) },
            `${say('controls.speed')} ${say('controls.times', { n: value })}`,
          )
        }
      />
    </Stack>
  );
}

function TaxiForm({ station, order }: ControlsProps) {
  const say = useTexts(simulatorTexts);
  const bays = useAll('bay', station);
  const [bay, setBay] = useState('');
  const [vin, setVin] = useState('');
  const [soc, setSoc] = useState<number | string>('');
  const wrong = vin !== '' && !vinForm.test(vin);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        const socPct = soc === '' ? null : Number(soc);
        void order({ type: 'taxi', bay: bay || null, vin: vin || null, socPct }, say('controls.taxi'));
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs" style={{ alignItems: 'end' }}>
        <NativeSelect
          label={say('controls.taxiBay')}
          value={bay}
          onChange={(event) => setBay(event.currentTarget.value)}
          data={[
            { value: '', label: say('controls.anyBay') },
            ...bays.map((each) => ({ value: each.bay, label: say('bayName', { n: each.bay }) })),
          ]}
        />
        <TextInput
          label={say('controls.vin')}
          placeholder={say('controls.anyVin')}
          value={vin}
          maxLength={17}
          error={wrong && say('controls.vinWrong')}
          onChange={(event) => setVin(event.currentTarget.value.toUpperCase())}
        />
        <NumberInput
          label={say('controls.soc')}
          placeholder={say('controls.anySoc')}
          min={0}
          max={100}
          value={soc}
          onChange={setSoc}
        />
      </SimpleGrid>
      <Button mt="xs" size="xs" type="submit" leftSection={<IconCar size={14} aria-hidden />}>
        {say('controls.taxi')}
      </Button>
    </form>
  );
}
