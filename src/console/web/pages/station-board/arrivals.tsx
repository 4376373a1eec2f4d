import { Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { Reservation } from '../../../../../schema/wire/api/reservation.ts';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { BayStateBadge } from '../../parts/bay-state.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useArrivals } from './data.ts';
import { boardTexts } from './texts.ts';

const shown = 12;

/** The cars that are here, and those that will come. */
export function Arrivals({ station, bays }: { station: string; bays: readonly Bay[] }) {
  const say = useTexts(boardTexts);
  const { items, error } = useArrivals(station);
  return (
    <Stack gap="md">
      <Queue bays={bays} />
      <section>
        <Title order={2} size="h4" mb="xs">
          {say('arrivals.title')}
        </Title>
        <Paper withBorder p="xs">
          {error && <ErrorPanel error={error} />}
          {items === null && <Text size="sm">{say('arrivals.forbidden')}</Text>}
          {items?.length === 0 && !error && (
            <Text size="sm" c="dimmed">
              {say('arrivals.none')}
            </Text>
          )}
          {items !== null && items.length > 0 && <ArrivalTable items={items.slice(0, shown)} />}
        </Paper>
      </section>
    </Stack>
  );
}

function Queue({ bays }: { bays: readonly Bay[] }) {
  const say = useTexts(boardTexts);
  const here = bays.filter(({ vehicle }) => vehicle !== null);
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('arrivals.queue')}
      </Title>
      <Paper withBorder p="xs">
        {here.length === 0 && (
          <Text size="sm" c="dimmed">
            {say('arrivals.queueNone')}
          </Text>
        )}
        <Stack gap={6}>
          {here.map(({ bay, vehicle, state }) => (
            <Group key={bay} justify="space-between" gap="xs">
              <Text size="sm">
                {vehicle} · {say('arrivals.here', { bay })}
              </Text>
              <BayStateBadge state={state} />
            </Group>
          ))}
        </Stack>
      </Paper>
    </section>
  );
}

function ArrivalTable({ items }: { items: readonly Reservation[] }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  return (
    <Table fz="sm" verticalSpacing={4} aria-label={say('arrivals.title')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('arrivals.window')}</Table.Th>
          <Table.Th>{say('arrivals.car')}</Table.Th>
          <Table.Th>{say('arrivals.pack')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.id}>
            <Table.Td>
              {formats.minute(item.from)}–{formats.minute(item.to)}
            </Table.Td>
            <Table.Td>{item.vehicle}</Table.Td>
            <Table.Td>
              <PromiseWords item={item} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function PromiseWords({ item: { promise, lost } }: { item: Reservation }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  if (lost !== null)
    return (
      <Text size="sm" fw={600} c="red">
        {say('arrivals.lost', { reason: lost.reason })}
      </Text>
    );
  if (promise === null) return '–';
  const ready = say('arrivals.readyAt', { at: formats.minute(promise.readyAt) });
  return [promise.slot === null ? null : say('arrivals.held', { slot: promise.slot }), ready]
    .filter(Boolean)
    .join(', ');
}
