import { Button, Group, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Basis } from './basis.tsx';
import { DisputeDialog } from './dispute-dialog.tsx';
import { numbered } from './numbered.ts';
import type { Statement } from './page.tsx';
import { statementTexts } from './texts.ts';

/** Its own lines in words, its swaps by kind; each line says what it was made of, and may be disputed. */
export function Lines({ statement }: { statement: Statement }) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  const { role } = useCaller();
  const [disputed, setDisputed] = useState<number | 'all' | null>(null);
  const mayDispute = statement.kind === 'fleet' && role !== 'regulator';
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('lines')}
        </Title>
        {mayDispute && (
          <Button size="xs" variant="default" onClick={() => setDisputed('all')}>
            {say('disputeAll')}
          </Button>
        )}
      </Group>
      <Table.ScrollContainer minWidth={560}>
        <Table verticalSpacing="xs" aria-label={say('lines')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('line')}</Table.Th>
              <Table.Th scope="col" ta="right">
                {say('amount')}
              </Table.Th>
              <Table.Th scope="col">{say('acts')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {numbered(statement.lines).map(({ line, number }) => (
              <Table.Tr key={number}>
                <Table.Td>
                  <Text size="sm">{line.text}</Text>
                  <Basis basis={line.basis} />
                </Table.Td>
                <Table.Td ta="right">{formats.money(line.amountFen)}</Table.Td>
                <Table.Td>
                  {mayDispute && (
                    <Button size="compact-xs" variant="default" onClick={() => setDisputed(number)}>
                      {say('dispute')}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
            {statement.summary.map(({ kind, count, amountFen, quantity, unit }) => (
              <Table.Tr key={kind}>
                <Table.Td>
                  <Text size="sm">{say('summary', { kind: say(`kind.${kind}`), count })}</Text>
                  <Text size="xs" c="dimmed">
                    {unit === 'Wh' ? formats.kWh(quantity) : `${formats.hundredth(quantity)} ${unit}`}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">{formats.money(amountFen)}</Table.Td>
                <Table.Td>
                  <Text size="xs" c="dimmed">
                    {say('perSwap')}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {statement.notesFen !== 0 && <Text size="sm">{say('notes', { sum: formats.money(statement.notesFen) })}</Text>}
      {disputed !== null && (
        <DisputeDialog
          bill={{ statement: statement.id, ...(disputed === 'all' ? {} : { line: disputed }) }}
          about={
            disputed === 'all' ? say('aboutAll', { id: statement.id }) : (statement.lines[disputed - 1]?.text ?? '')
          }
          close={() => setDisputed(null)}
        />
      )}
    </section>
  );
}
