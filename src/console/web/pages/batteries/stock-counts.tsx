import { Card, Group, SegmentedControl, Skeleton, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { packStatus } from '../../../../../schema/wire/api/battery.ts';
import type { InventoryCounts } from '../../../../../schema/wire/api/inventory.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import type { PackStatus } from '../../parts/pack-status.tsx';
import { packTexts } from '../../parts/pack-texts.ts';
import { type PackFilter, useCounts } from './data.ts';
import { batteriesTexts } from './texts.ts';

type By = 'place' | 'station';
type Choose = (filter: PackFilter) => void;

/** How many packs are where and what they are: each number leads to its packs. */
export function StockCounts({ choose }: { choose: Choose }) {
  const say = useTexts(batteriesTexts);
  const formats = useFormats();
  const [by, setBy] = useState<By>('place');
  const { data, error, refetch } = useCounts([by, 'status']);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('stock.title')}
          {data && (
            <Text span c="dimmed" size="sm" ml="sm">
              {say('stock.total', { n: formats.whole(data.total) })}
            </Text>
          )}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={say('stock.by')}
          value={by}
          onChange={(value) => setBy(value as By)}
          data={[
            { value: 'place', label: say('stock.place') },
            { value: 'station', label: say('stock.station') },
          ]}
        />
      </Group>
      {error && !data && <ErrorPanel error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={120} />}
      {data && <CountTable by={by} counts={data.counts} choose={choose} />}
    </Card>
  );
}

interface CountTableProps {
  by: By;
  counts: InventoryCounts['counts'];
  choose: Choose;
}

function CountTable({ by, counts, choose }: CountTableProps) {
  const say = useTexts(batteriesTexts);
  const sayPack = useTexts(packTexts);
  const formats = useFormats();
  const columns = packStatus.options.filter((status) => counts.some((each) => each.status === status));
  const rows = [...new Set(counts.map((each) => (by === 'place' ? each.place : each.station) ?? null))];
  const nameOf = (row: string | null) =>
    by === 'place' && row !== null ? sayPack(`place.${row}` as 'place.slot') : (row ?? say('stock.elsewhere'));
  const packsOf = (row: string | null, status: PackStatus | null) =>
    counts
      .filter((each) => ((by === 'place' ? each.place : each.station) ?? null) === row)
      .filter((each) => status === null || each.status === status)
      .reduce((sum, { packs }) => sum + packs, 0);
  return (
    <Table.ScrollContainer minWidth={480} maxHeight={320}>
      <Table fz="sm" verticalSpacing={3} aria-label={say('stock.label')} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('stock.where')}</Table.Th>
            {columns.map((status) => (
              <Table.Th key={status} ta="right">
                {sayPack(`status.${status}`)}
              </Table.Th>
            ))}
            <Table.Th ta="right">{say('stock.sum')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row}>
              <Table.Th scope="row" fw={500}>
                {nameOf(row)}
              </Table.Th>
              {columns.map((status) => (
                <Table.Td key={status} ta="right">
                  <Count
                    packs={packsOf(row, status)}
                    words={{ where: nameOf(row), status: sayPack(`status.${status}`) }}
                    show={row === null ? null : () => choose({ [by]: row, status } as PackFilter)}
                  />
                </Table.Td>
              ))}
              <Table.Td ta="right" fw={600}>
                {formats.whole(packsOf(row, null))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface CountProps {
  packs: number;
  words: { where: string; status: string };
  show: (() => void) | null;
}

function Count({ packs, words, show }: CountProps) {
  const say = useTexts(batteriesTexts);
  const formats = useFormats();
  const n = formats.whole(packs);
  if (packs === 0) return <Text size="sm">–</Text>;
  if (show === null) return <Text size="sm">{n}</Text>;
  return (
    <UnstyledButton
      onClick={show}
      fz="sm"
      td="underline"
      px={6}
      mih={24}
      aria-label={say('stock.show', { n, ...words })}
    >
      {n}
    </UnstyledButton>
  );
}
