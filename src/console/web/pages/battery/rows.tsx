import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface RowsProps {
  label: string;
  head: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
  /** Said where there are none. */
  none: string;
}

/** One part of a life in rows. */
export function Rows({ label, head, rows, none }: RowsProps) {
  if (rows.length === 0) return <Text c="dimmed">{none}</Text>;
  return (
    <Table.ScrollContainer minWidth={head.length * 130}>
      <Table fz="sm" verticalSpacing={5} striped aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {head.map((each) => (
              <Table.Th key={each}>{each}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, column) => (
                <Table.Td key={head[column]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
