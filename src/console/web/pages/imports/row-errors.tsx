import { Group, Stack, Table, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { CsvButton } from '../../parts/csv-button.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { importsTexts } from './texts.ts';

/** By line and column, as the file has them. */
export function RowErrors({ id }: { id: string }) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  const errors = useInfiniteQuery({
    queryKey: ['imports', 'errors', id],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.imports[':id'].errors.$get({
          param: { id },
          query: { limit: '100', ...(pageParam === null ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (errors.error) return <ErrorPanel error={errors.error} retry={() => void errors.refetch()} />;
  const items = errors.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) return null;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h5">
          {say('errors.title')}
        </Title>
        <CsvButton path={`/api/v1/imports/${id}/errors`} words={say('errors.save')} />
      </Group>
      <Table.ScrollContainer minWidth={560} maxHeight={420}>
        <Table fz="sm" stickyHeader aria-label={say('errors.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">{say('errors.line')}</Table.Th>
              <Table.Th>{say('errors.column')}</Table.Th>
              <Table.Th>{say('errors.severity')}</Table.Th>
              <Table.Th>{say('errors.reason')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ line, column, reason, severity }) => (
              <Table.Tr key={`${line} ${column} ${reason}`}>
                <Table.Td ta="right">{formats.whole(line)}</Table.Td>
                <Table.Td>{column === '' ? say('errors.row') : <code>{column}</code>}</Table.Td>
                <Table.Td miw={110}>
                  <StateBadge
                    color={severity === 'error' ? 'red' : 'yellow'}
                    icon={severity === 'error' ? IconAlertTriangle : IconInfoCircle}
                    words={say(`errors.${severity}`)}
                    value={severity}
                  />
                </Table.Td>
                <Table.Td>{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MoreButton of={errors} />
    </Stack>
  );
}
