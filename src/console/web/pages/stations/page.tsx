import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconBuildingWarehouse, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { StationNow } from '../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useFollow, useOne } from '../../live/use-live.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { StationStateBadge } from '../../parts/station-state.tsx';
import { stationsTexts } from './texts.ts';

/** Leads to the caller's only station; who has several chooses. */
export default function StationsPage() {
  const say = useTexts(stationsTexts);
  useFollow({ only: ['station'] });
  const [wanted, setWanted] = useState('');
  const stations = useInfiniteQuery({
    queryKey: ['stations', 'list'],
    queryFn: ({ pageParam }) =>
      bodyOf(api.stations.$get({ query: { limit: '60', ...(pageParam === null ? {} : { cursor: pageParam }) } })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (stations.isPending) return <PageSkeleton />;
  if (stations.error) return <ErrorPanel error={stations.error} retry={() => void stations.refetch()} />;
  const all = stations.data.pages.flatMap(({ items }) => items);
  const only = all.length === 1 ? all[0] : undefined;
  if (only) return <Navigate to={`/stations/${only.id}` as never} replace />;
  if (all.length === 0)
    return <Empty icon={IconBuildingWarehouse} title={say('empty.title')} text={say('empty.text')} />;
  const word = wanted.trim().toLowerCase();
  const shown = all.filter(({ id, name, address }) => `${id} ${name} ${address}`.toLowerCase().includes(word));
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <TextInput
          aria-label={say('search')}
          placeholder={say('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          w={320}
          maw="100%"
        />
      </PageTitle>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {shown.map((station) => (
          <StationCard key={station.id} station={station} />
        ))}
      </SimpleGrid>
      {stations.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={stations.isFetchingNextPage}
          onClick={() => void stations.fetchNextPage()}
        >
          {say('more')}
        </Button>
      )}
    </>
  );
}

function StationCard({ station }: { station: StationNow }) {
  const say = useTexts(stationsTexts);
  const formats = useFormats();
  const live = useOne('station', station.id);
  const { id, name, address, online, readyPacks, packs, expectedWaitMs, openSwaps } = { ...station, ...live };
  return (
    <Card withBorder padding="sm">
      <Stack gap={4}>
        <Group justify="space-between" wrap="nowrap">
          <Anchor component={Link} to={`/stations/${id}`} fw={600}>
            {name}
          </Anchor>
          <StationStateBadge online={online} />
        </Group>
        <Text size="sm" c="dimmed">
          {id}
          {address ? ` · ${address}` : ''}
        </Text>
        <Text size="sm">
          {say('ready', { ready: readyPacks, packs })} · {say('openSwaps', { n: openSwaps })} ·{' '}
          {say('wait', { wait: formats.clock(expectedWaitMs) })}
        </Text>
      </Stack>
    </Card>
  );
}
