import { Button, Table, Title } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { FileImport } from '../../../../../schema/wire/api/import.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ImportStateBadge } from './import-state.tsx';
import { importsTexts } from './texts.ts';

export function Earlier({ show }: { show: (id: string) => void }) {
  const say = useTexts(importsTexts);
  const imports = useInfiniteQuery({
    queryKey: ['imports', 'list'],
    queryFn: ({ pageParam }) =>
      bodyOf(api.imports.$get({ query: { limit: '20', ...(pageParam === null ? {} : { cursor: pageParam }) } })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const items = imports.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('before')}
      </Title>
      {imports.isPending && <PageSkeleton rows={3} />}
      {imports.error && <ErrorPanel error={imports.error} retry={() => void imports.refetch()} />}
      {imports.data && items.length === 0 && (
        <Empty icon={IconFileImport} title={say('none.title')} text={say('none.text')} />
      )}
      {items.length > 0 && <ImportTable imports={items} show={show} />}
      <MoreButton of={imports} />
    </section>
  );
}

interface ImportTableProps {
  imports: readonly FileImport[];
  show: (id: string) => void;
}

function ImportTable({ imports, show }: ImportTableProps) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table fz="sm" aria-label={say('before')}>
        <Table.Thead>
          <Table.Tr>
            {(['when', 'kind', 'state', 'rows', 'came', 'by'] as const).map((name) => (
              <Table.Th key={name}>{say(`column.${name}`)}</Table.Th>
            ))}
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {imports.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td>{formats.dayAndTime(each.createdAt)}</Table.Td>
              <Table.Td>{say(`kind.${each.kind}`)}</Table.Td>
              <Table.Td miw={190}>
                <ImportStateBadge of={each} />
              </Table.Td>
              <Table.Td>{formats.whole(each.rows)}</Table.Td>
              <Table.Td>
                {[each.inserted, each.updated, each.rejected].map((n) => formats.whole(n)).join(' / ')}
              </Table.Td>
              <Table.Td>{each.by}</Table.Td>
              <Table.Td>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${say('open')}: ${formats.dayAndTime(each.createdAt)}`}
                  onClick={() => show(each.id)}
                >
                  {say('open')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
