import { Button, Center, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ErrorPanel } from './error-panel.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { partTexts } from './texts.ts';
import type { Pages } from './use-pages.ts';

export interface Column<T> {
  /** Name of the column, in words; unique in the table. */
  head: string;
  cell: (row: T) => ReactNode;
  /** Figures stand at the right. */
  right?: boolean;
}

interface PagedTableProps<T> {
  /** What the rows are: the caption, read aloud. */
  label: string;
  columns: readonly Column<T>[];
  list: Pages<T>;
  keyOf: (row: T) => string;
  /** Where there is no row. */
  empty: ReactNode;
  minWidth?: number;
}

/** A list of the API as a table: its loading, its failure, its emptiness, and the rest of it. */
export function PagedTable<T>({ label, columns, list, keyOf, empty, minWidth = 640 }: PagedTableProps<T>) {
  const say = useTexts(partTexts);
  if (list.error && list.items.length === 0) return <ErrorPanel error={list.error} retry={list.retry} />;
  if (list.isPending) return <PageSkeleton rows={4} />;
  if (list.items.length === 0) return empty;
  return (
    <>
      <Table.ScrollContainer minWidth={minWidth}>
        <Table highlightOnHover verticalSpacing="xs" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ head, right = false }) => (
                <Table.Th key={head} ta={right ? 'right' : 'left'} scope="col">
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map(({ head, cell, right = false }) => (
                  <Table.Td key={head} ta={right ? 'right' : 'left'}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {list.more && (
        <Center mt="sm">
          <Button variant="default" loading={list.isLoadingMore} onClick={list.more}>
            {say('more')}
          </Button>
        </Center>
      )}
    </>
  );
}
