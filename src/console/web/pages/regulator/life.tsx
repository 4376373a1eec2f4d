import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import type { BatteryLife, LifeEventView } from '../../../../../schema/wire/api/traceability.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { PackStatusBadge } from '../../parts/pack-status.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { regulatorTexts } from './texts.ts';

/** What is known of a pack, step by step, with whether each was reported in time. */
export function Life({ life }: { life: Omit<BatteryLife, 'counts'> }) {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { code, cascadeCode, model, chemistry, owner, status, swapCount, overdue, events } = life;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text fw={600}>{code}</Text>
        <PackStatusBadge status={status} />
        {overdue > 0 && (
          <Badge color="red" variant="light" c="var(--mantine-color-text)" tt="none">
            {say('life.overdue', { n: overdue })}
          </Badge>
        )}
      </Group>
      <Text size="sm">
        {say('life.facts', {
          model,
          chemistry: chemistry ?? '–',
          owner: owner ?? '–',
          swaps: formats.whole(swapCount),
          cascade: cascadeCode ?? '–',
        })}
      </Text>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing="xs" aria-label={say('life.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('life.when')}</Table.Th>
              <Table.Th scope="col">{say('life.what')}</Table.Th>
              <Table.Th scope="col">{say('life.from')}</Table.Th>
              <Table.Th scope="col">{say('life.to')}</Table.Th>
              <Table.Th scope="col">{say('life.party')}</Table.Th>
              <Table.Th scope="col">{say('life.report')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function EventRow({ event }: { event: LifeEventView }) {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { language } = useLanguage();
  const { type, typeZh, occurredAt, party, fromPlace, toPlace, vin, sohPct, odometerKm } = event;
  return (
    <Table.Tr>
      <Table.Td>{formats.dayAndTime(occurredAt)}</Table.Td>
      <Table.Td>
        <Text size="sm">{language === 'zh' ? typeZh : say(`life.type.${type}`)}</Text>
        <Text size="xs" c="dimmed">
          {[
            vin,
            odometerKm === null ? null : `${formats.whole(odometerKm)} km`,
            sohPct === null ? null : `SOH ${formats.pct(sohPct)}`,
          ]
            .filter((each) => each !== null)
            .join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>{fromPlace ?? '–'}</Table.Td>
      <Table.Td>{toPlace ?? '–'}</Table.Td>
      <Table.Td>{party ?? '–'}</Table.Td>
      <Table.Td>
        <Duty duty={event.duty} />
      </Table.Td>
    </Table.Tr>
  );
}

function Duty({ duty }: { duty: LifeEventView['duty'] }) {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  if (duty === null) return <Text size="sm">–</Text>;
  if (duty.reportedAt !== null) {
    return (
      <StateBadge color="green" icon={IconCheck} words={say('life.reported', { day: formats.day(duty.reportedAt) })} />
    );
  }
  const words = say(duty.isOverdue ? 'life.wasDue' : 'life.due', { day: formats.day(duty.dueDay) });
  return (
    <StateBadge
      color={duty.isOverdue ? 'red' : 'blue'}
      icon={duty.isOverdue ? IconAlertTriangle : IconClock}
      words={words}
    />
  );
}
