import { Table, Text, Title } from '@mantine/core';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { useTakes } from './data.ts';
import { stockTexts } from './texts.ts';

/** What people saw before. */
export function Takes({ station }: { station: string }) {
  const say = useTexts(stockTexts);
  const formats = useFormats();
  const takes = useTakes(station);
  if (takes.error) return <ErrorPanel error={takes.error} retry={() => void takes.refetch()} />;
  const items = takes.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('before')}
      </Title>
      {items.length === 0 && !takes.isPending && <Text c="dimmed">{say('noneBefore')}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table fz="sm" aria-label={say('before')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('when')}</Table.Th>
                <Table.Th>{say('by')}</Table.Th>
                <Table.Th ta="right">{say('slots')}</Table.Th>
                <Table.Th>{say('differences')}</Table.Th>
                <Table.Th>{say('note')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ id, takenAt, by, seen, differences, note }) => (
                <Table.Tr key={id}>
                  <Table.Td>{formats.dayAndTime(takenAt)}</Table.Td>
                  <Table.Td>{by}</Table.Td>
                  <Table.Td ta="right">{formats.whole(seen.length)}</Table.Td>
                  <Table.Td>
                    {differences.length === 0
                      ? say('noDifference')
                      : differences.map(({ slot, pack, ledger }) => (
                          <Text key={slot} size="xs">
                            {say('differs', { slot, pack: pack ?? say('nothing'), ledger: ledger ?? say('nothing') })}
                          </Text>
                        ))}
                  </Table.Td>
                  <Table.Td>{note ?? ''}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton of={takes} />
    </section>
  );
}
