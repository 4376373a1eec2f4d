import { Anchor, Box, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { PackStatusBadge } from '../../parts/pack-status.tsx';
import { batteriesTexts } from './texts.ts';

export function BatteryTable({ packs }: { packs: readonly Battery[] }) {
  const say = useTexts(batteriesTexts);
  return (
    <Table.ScrollContainer minWidth={1080}>
      <Table highlightOnHover verticalSpacing={6} aria-label={say('title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('column.code')}</Table.Th>
            <Table.Th>{say('column.status')}</Table.Th>
            <Table.Th>{say('column.place')}</Table.Th>
            <Table.Th>{say('column.since')}</Table.Th>
            <Table.Th ta="right">{say('column.soc')}</Table.Th>
            <Table.Th ta="right">{say('column.soh')}</Table.Th>
            <Table.Th>{say('column.model')}</Table.Th>
            <Table.Th>{say('column.owner')}</Table.Th>
            <Table.Th ta="right">{say('column.swaps')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {packs.map((pack) => (
            <Row key={pack.code} pack={pack} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ pack }: { pack: Battery }) {
  const say = useTexts(batteriesTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  const { code, status, place, socPct, sohPct, model, owner, swapCount, ready, alarmLevel, reservedBy } = pack;
  const notes = [
    ready ? say('ready') : null,
    alarmLevel > 0 ? say('alarm', { level: alarmLevel }) : null,
    reservedBy !== null ? say('reserved') : null,
  ].filter((note) => note !== null);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/batteries/${code}`} ff="monospace" size="sm">
          {code}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Box miw={130}>
          <PackStatusBadge status={status} />
        </Box>
        <Text size="xs" c="dimmed">
          {notes.join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>{placeWords(place)}</Table.Td>
      <Table.Td>{formats.dayAndTime(place?.since)}</Table.Td>
      <Table.Td ta="right">{formats.pct(socPct)}</Table.Td>
      <Table.Td ta="right">{formats.pct(sohPct)}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{model}</Table.Td>
      <Table.Td>{owner ?? '–'}</Table.Td>
      <Table.Td ta="right">{formats.whole(swapCount)}</Table.Td>
    </Table.Tr>
  );
}
