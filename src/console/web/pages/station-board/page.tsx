import { Grid, SimpleGrid, Stack, Title } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { Problem } from '../../api/problem.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useFollow, useOne } from '../../live/use-live.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ActionDialog, type Wish } from './action-dialog.tsx';
import { AdoptNotice } from './adopt-notice.tsx';
import { Arrivals } from './arrivals.tsx';
import { BayTile } from './bay-tile.tsx';
import { ChartSection } from './chart-section.tsx';
import { useStationNow } from './data.ts';
import { useDeliveries } from './deliveries.ts';
import { SilentNotice } from './silent-notice.tsx';
import { SlotWall } from './slot-wall.tsx';
import { StationHead } from './station-head.tsx';
import { StationTrouble } from './station-trouble.tsx';
import { boardTexts } from './texts.ts';

const byNumber = (a: Bay, b: Bay) => Number(a.bay) - Number(b.bay);

/** One station, live: what every bay does and what may be done about it. */
export default function StationBoardPage() {
  const { station: id } = useParams({ strict: false }) as { station: string };
  useFollow({ station: id });
  const say = useTexts(boardTexts);
  const states = useAll('bay', id).map(({ bay, state }) => `${bay} ${state}`);
  const now = useStationNow(id, states.toSorted().join());
  const live = useOne('station', id);
  if (now.error instanceof Problem && now.error.status === 404) {
    return <Empty icon={IconMapPinOff} title={say('gone.title')} text={say('gone.text')} />;
  }
  if (now.error && !live) return <ErrorPanel error={now.error} retry={() => void now.refetch()} />;
  if (!live || !now.data) return <PageSkeleton />;
  return <Board key={id} station={{ ...now.data, ...live }} />;
}

function Board({ station }: { station: NonNullable<ReturnType<typeof useStationNow>['data']> }) {
  const say = useTexts(boardTexts);
  const bays = useAll('bay', station.id).toSorted(byNumber);
  const [wish, setWish] = useState<Wish | null>(null);
  const deliveries = useDeliveries();
  // A regulator looks; nothing is offered that the service would refuse.
  const mayAct = isOneOf(useCaller(), ['staff', 'maintenance', 'operations', 'admin']);
  const isolating = bays.find(({ allowed }) => allowed.includes('isolate-pack'));
  return (
    <Stack gap="md">
      <StationHead station={station} />
      {mayAct && station.pendingJournalId !== null && (
        <AdoptNotice station={station.id} journalId={station.pendingJournalId} />
      )}
      {!station.online && <SilentNotice station={station.id} />}
      <StationTrouble station={station.id} grave />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Title order={2} size="h4" mb="xs">
            {say('bays')}
          </Title>
          <SimpleGrid cols={{ base: 1, xl: bays.length > 1 ? 2 : 1 }} spacing="md">
            {bays.map((bay) => (
              <BayTile
                key={bay.bay}
                bay={bay}
                station={station}
                deliveries={deliveries}
                wish={mayAct ? (action) => setWish({ bay, action }) : null}
              />
            ))}
          </SimpleGrid>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Arrivals station={station.id} bays={bays} />
        </Grid.Col>
      </Grid>
      <StationTrouble station={station.id} grave={false} />
      <SlotWall
        station={station.id}
        isolate={mayAct && isolating ? (pack) => setWish({ bay: isolating, action: 'isolate-pack', pack }) : null}
      />
      <ChartSection bays={bays} />
      {wish && (
        <ActionDialog wish={wish} deliver={(command) => deliveries.follow(command)} close={() => setWish(null)} />
      )}
    </Stack>
  );
}
