import { Accordion, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { SimFault } from '../../../../../schema/wire/simulator.ts';
import { useTexts } from '../../i18n/texts.ts';
import { FaultFieldInput } from './fault-field.tsx';
import { faultTexts } from './fault-texts.ts';
import { type FaultGroup, type FaultValues, faultGroups, faultOf, groupIcons, usualValues } from './faults.ts';
import { simulatorTexts } from './texts.ts';
import type { Order } from './use-simulator.ts';

interface FaultListProps {
  station: string;
  order: Order;
}

const groups = Object.keys(faultGroups) as FaultGroup[];

/** Every fault there is, by where it hurts: what it does, what it asks for, and how one gets out of it. */
export function FaultList({ station, order }: FaultListProps) {
  const say = useTexts(faultTexts);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
      {groups.map((group) => {
        const Picture = groupIcons[group];
        return (
          <Card key={group} withBorder padding="sm">
            <Group gap="xs" mb="xs">
              <Picture size={18} aria-hidden />
              <Title order={3} size="h5">
                {say(`group.${group}`)}
              </Title>
            </Group>
            <Accordion value={open} onChange={setOpen} chevronPosition="right" order={4}>
              {faultGroups[group].map((kind) => (
                <FaultItem key={kind} kind={kind} station={station} order={order} opened={open === kind} />
              ))}
            </Accordion>
          </Card>
        );
      })}
    </SimpleGrid>
  );
}

interface FaultItemProps extends FaultListProps {
  kind: SimFault['kind'];
  opened: boolean;
}

function FaultItem({ kind, station, order, opened }: FaultItemProps) {
  const say = useTexts(faultTexts);
  const { icon: Picture } = faultOf(kind);
  return (
    <Accordion.Item value={kind}>
      <Accordion.Control icon={<Picture size={18} aria-hidden />} data-fault={kind}>
        <Text size="sm" fw={600}>
          {say(`${kind}.name`)}
        </Text>
        <Text size="xs" c="dimmed">
          {say(`${kind}.short`)}
        </Text>
      </Accordion.Control>
      <Accordion.Panel>{opened && <FaultForm kind={kind} station={station} order={order} />}</Accordion.Panel>
    </Accordion.Item>
  );
}

function FaultForm({ kind, station, order }: Omit<FaultItemProps, 'opened'>) {
  const say = useTexts(faultTexts);
  const sayPage = useTexts(simulatorTexts);
  const fault = faultOf(kind);
  const [values, setValues] = useState<FaultValues>({ ...usualValues, ...fault.start });
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    await order({ type: 'fault', fault: fault.build(values) }, say(`${kind}.name`));
    setBusy(false);
  };
  // A fault that comes at once waits for no motion.
  const shown = fault.fields.filter(
    (field) => field !== 'step' || !fault.fields.includes('when') || values.when !== 'now',
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <Stack gap="xs">
        {shown.length > 0 && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {shown.map((field) => (
              <FaultFieldInput
                key={field}
                station={station}
                field={field}
                values={values}
                change={(next) => setValues((before) => ({ ...before, ...next }))}
              />
            ))}
          </SimpleGrid>
        )}
        <Text size="sm">
          <b>{sayPage('recover')}</b> {say(`${kind}.recover`)}
        </Text>
        <Group justify="flex-end">
          <Button
            type="submit"
            color="orange"
            size="xs"
            loading={busy}
            leftSection={<IconAlertTriangle size={14} aria-hidden />}
          >
            {sayPage('inject')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
