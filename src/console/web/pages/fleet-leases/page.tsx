import { Button, Drawer, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Lease } from '../../../../../schema/wire/api/lease.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { FleetFrame } from '../fleet/frame.tsx';
import { portalTexts } from '../fleet/portal-texts.ts';
import { LeaseState } from '../fleet/states.tsx';
import { useHistoryWords } from './history-words.ts';
import { leasesTexts } from './texts.ts';

const states = ['active', 'inArrears', 'suspended', 'disputed', 'ending', 'quoted', 'ended'] as const;

/** What a fleet leases, and what stops the next swap. */
export default function LeasesPage() {
  const say = useTexts(leasesTexts);
  return (
    <FleetFrame title={say('title')} about={say('about')}>
      {(fleet) => <Leases key={fleet} fleet={fleet} />}
    </FleetFrame>
  );
}

function Leases({ fleet }: { fleet: string }) {
  const say = useTexts(leasesTexts);
  const names = useTexts(portalTexts);
  const formats = useFormats();
  const [state, setState] = useState<Lease['state'] | 'all'>('all');
  const [shown, show] = useState<string | null>(null);
  const list = usePages(['leases', 'list', fleet, state], (page) =>
    bodyOf(api.leases.$get({ query: { lessee: fleet, ...(state === 'all' ? {} : { state }), ...page } })),
  );
  return (
    <>
      <NativeSelect
        aria-label={say('filter')}
        value={state}
        maw={220}
        mb="xs"
        data={[
          { value: 'all', label: say('all') },
          ...states.map((each) => ({ value: each, label: names(`lease.${each}`) })),
        ]}
        onChange={(event) => setState(event.currentTarget.value as typeof state)}
      />
      <PagedTable
        label={say('title')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty icon={IconFileText} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          { head: say('vehicle'), cell: ({ vehicle }) => vehicle },
          { head: say('state'), cell: (row) => <Standing lease={row} /> },
          { head: say('plan'), cell: ({ plan, planVersion }) => say('planVersion', { plan, n: planVersion }) },
          { head: say('owner'), cell: ({ owner }) => owner },
          { head: say('from'), cell: ({ fromDay }) => formats.day(fromDay) },
          {
            head: say('until'),
            cell: ({ untilDay, mayEndOn }) =>
              untilDay ? formats.day(untilDay) : say('mayEnd', { day: formats.day(mayEndOn) }),
          },
          {
            head: say('acts'),
            cell: ({ id }) => (
              <Button size="compact-xs" variant="default" onClick={() => show(id)}>
                {say('history')}
              </Button>
            ),
          },
        ]}
      />
      {shown !== null && <LeaseDrawer id={shown} close={() => show(null)} />}
    </>
  );
}

function Standing({ lease: { state, blocks, suspendedFor, arrears } }: { lease: Lease }) {
  const say = useTexts(leasesTexts);
  const formats = useFormats();
  return (
    <Stack gap={2}>
      <LeaseState state={state} />
      {blocks !== null && (
        <Text size="xs" c="red">
          {say(`blocks.${blocks}`)}
        </Text>
      )}
      {suspendedFor !== null && <Text size="xs">{suspendedFor}</Text>}
      {arrears.map(({ statement, dueDay }) => (
        <Text key={statement} size="xs">
          {say('owed', { statement, day: formats.day(dueDay) })}
        </Text>
      ))}
    </Stack>
  );
}

function LeaseDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useTexts(leasesTexts);
  const words = useHistoryWords();
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ['leases', 'one', id],
    queryFn: () => bodyOf(api.leases[':id'].$get({ param: { id }, header: {} })),
  });
  return (
    <Drawer opened onClose={close} title={say('historyOf', { id })} position="right" size="lg">
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={3} />}
      {data && (
        <Table verticalSpacing="xs" aria-label={say('history')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('day')}</Table.Th>
              <Table.Th scope="col">{say('what')}</Table.Th>
              <Table.Th scope="col">{say('by')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.history.map(({ n, type, effectiveDay, by, body }) => (
              <Table.Tr key={n}>
                <Table.Td>{formats.day(effectiveDay)}</Table.Td>
                <Table.Td>
                  <Text size="sm">{words.what(type)}</Text>
                  {words.details(body).map(({ name, words: detail }) => (
                    <Text key={name} size="xs" c="dimmed">
                      {detail}
                    </Text>
                  ))}
                </Table.Td>
                <Table.Td>
                  <Text size="xs">{by}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Drawer>
  );
}
