import { SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Figure } from '../../parts/figure.tsx';
import { PackStatusBadge } from '../../parts/pack-status.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { regulatorTexts } from './texts.ts';

const share = (part: number, of: number): number | null => (of === 0 ? null : (part / of) * 100);

/** The figures of the network. */
export function Indicators() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Swaps />
      <Promises />
      <Packs />
      <Reports />
    </SimpleGrid>
  );
}

function Swaps() {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ['swaps', 'statistics', 'network'],
    queryFn: () => bodyOf(api.swaps.statistics.$get({ query: {} })),
    refetchInterval: 60_000,
  });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('swaps.title')}
      </Title>
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={1} />}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <Figure label={say('swaps.total')} value={formats.whole(data.total)} />
          <Figure
            label={say('swaps.completed')}
            value={formats.pct(share(data.completed, data.total))}
            note={say('swaps.of', { n: formats.whole(data.completed) })}
          />
          <Figure
            label={say('swaps.firstTime')}
            value={formats.pct(share(data.firstTime.right, data.firstTime.of))}
            {...(data.swapTime ? { note: say('swaps.time', { time: formats.seconds(data.swapTime.p50Ms) }) } : {})}
          />
        </SimpleGrid>
      )}
    </section>
  );
}

function Promises() {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ['reservations', 'kpi', 'network'],
    queryFn: () => bodyOf(api.reservations.kpi.$get({ query: {} })),
  });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('promises.title')}
      </Title>
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={1} />}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <Figure
            label={say('promises.share')}
            value={formats.pct(data.total.keptShare === null ? null : data.total.keptShare * 100)}
          />
          <Figure label={say('promises.kept')} value={formats.whole(data.total.kept)} />
          <Figure label={say('promises.broken')} value={formats.whole(data.total.broken)} />
        </SimpleGrid>
      )}
    </section>
  );
}

function Packs() {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ['inventory', 'counts', 'status'],
    queryFn: () => bodyOf(api.inventory.counts.$get({ query: { by: 'status' } })),
  });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('packs.title')}
      </Title>
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={3} />}
      {data && (
        <Table aria-label={say('packs.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('packs.state')}</Table.Th>
              <Table.Th scope="col" ta="right">
                {say('packs.number')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.counts.map(
              ({ status, packs }) =>
                status && (
                  <Table.Tr key={status}>
                    <Table.Td>
                      <PackStatusBadge status={status} />
                    </Table.Td>
                    <Table.Td ta="right">{formats.whole(packs)}</Table.Td>
                  </Table.Tr>
                ),
            )}
            <Table.Tr>
              <Table.Th scope="row">{say('packs.total')}</Table.Th>
              <Table.Td ta="right">{formats.whole(data.total)}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Reports() {
  const say = useTexts(regulatorTexts);
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ['traceability', 'summary'],
    queryFn: () => bodyOf(api.traceability.summary.$get()),
  });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('reports.title')}
      </Title>
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={1} />}
      {data && (
        <Stack gap="xs">
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <Figure
              label={say('reports.overdue')}
              value={formats.whole(data.overdue)}
              note={say(data.overdue > 0 ? 'reports.some' : 'reports.none')}
            />
            <Figure label={say('reports.soon')} value={formats.whole(data.dueWithin5Days)} />
            <Figure
              label={say('reports.open')}
              value={formats.whole(data.open)}
              note={say('reports.oldest', { day: formats.day(data.oldestDueDay) })}
            />
          </SimpleGrid>
          {data.stations.map(({ station, overdue }) => (
            <Text key={station ?? ''} size="sm">
              {say('reports.at', { station: station ?? say('reports.nowhere'), n: overdue })}
            </Text>
          ))}
        </Stack>
      )}
    </section>
  );
}
