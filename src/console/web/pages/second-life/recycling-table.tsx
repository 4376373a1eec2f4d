import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { useRecyclings } from './data.ts';
import { secondLifeTexts } from './texts.ts';

export function RecyclingTable() {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const recyclings = useRecyclings();
  const items = recyclings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('recycled.title')}
      </Title>
      {recyclings.data && items.length === 0 && <Text c="dimmed">{say('recycled.none')}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table fz="sm" aria-label={say('recycled.title')}>
            <Table.Thead>
              <Table.Tr>
                {(['when', 'pack', 'recycler', 'weight', 'receipt'] as const).map((name) => (
                  <Table.Th key={name}>{say(`recycled.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ pack, recycler, weightKg, receiptNumber, handedOverAt }) => (
                <Table.Tr key={pack}>
                  <Table.Td>{formats.dayAndTime(handedOverAt)}</Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={`/batteries/${pack}`} ff="monospace" size="sm">
                      {pack}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{recycler}</Table.Td>
                  <Table.Td>{formats.tenth(weightKg)} kg</Table.Td>
                  <Table.Td>{receiptNumber}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton of={recyclings} />
    </section>
  );
}
