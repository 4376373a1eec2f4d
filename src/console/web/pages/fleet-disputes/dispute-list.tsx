import { Box, Button, Stack, Text } from '@mantine/core';
import { IconMessageReport } from '@tabler/icons-react';
import { useState } from 'react';
import type { DisputeView } from '../../../../../schema/wire/api/dispute.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { DisputeState } from '../fleet/states.tsx';
import { DisputeDrawer } from './dispute-drawer.tsx';
import { disputesTexts } from './texts.ts';

interface DisputeListProps {
  filter: { party?: string; state?: DisputeView['state'] };
  showParty?: boolean;
}

export function DisputeList({ filter, showParty = false }: DisputeListProps) {
  const say = useTexts(disputesTexts);
  const formats = useFormats();
  const [shown, show] = useState<string | null>(null);
  const list = usePages(['disputes', 'list', filter], (page) =>
    bodyOf(api.disputes.$get({ query: { ...filter, ...page } })),
  );
  return (
    <>
      <PagedTable
        label={say('title')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty icon={IconMessageReport} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          {
            head: say('opened'),
            cell: ({ openedAt }) => formats.dayAndTime(openedAt),
          },
          ...(showParty ? [{ head: say('party'), cell: ({ party }: DisputeView) => party }] : []),
          {
            head: say('bill'),
            cell: ({ statement, swap, line }) => (
              <Stack gap={0}>
                <Text size="sm">{statement ?? swap}</Text>
                <Text size="xs" c="dimmed">
                  {line === null ? say('whole') : say('line', { n: line })}
                </Text>
              </Stack>
            ),
          },
          { head: say('amount'), cell: ({ disputedFen }) => formats.money(disputedFen), right: true },
          {
            head: say('state'),
            cell: (row) => (
              <Box miw={120}>
                <DisputeState dispute={row} />
              </Box>
            ),
          },
          { head: say('credit'), cell: ({ creditFen }) => formats.money(creditFen), right: true },
          {
            head: say('acts'),
            cell: ({ id }) => (
              <Button size="compact-xs" variant="default" onClick={() => show(id)}>
                {say('show')}
              </Button>
            ),
          },
        ]}
      />
      {shown !== null && <DisputeDrawer id={shown} close={() => show(null)} />}
    </>
  );
}
