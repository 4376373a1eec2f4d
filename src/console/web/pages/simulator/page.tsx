import { Button, Grid, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { IconDeviceGamepad2, IconLayoutDashboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { StationNow } from '../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useFollow } from '../../live/use-live.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { AskedList } from './asked-list.tsx';
import { BayPanel } from './bay-panel.tsx';
import { Controls } from './controls.tsx';
import { FaultList } from './fault-list.tsx';
import { RepairDialog } from './repair-dialog.tsx';
import { simulatorTexts } from './texts.ts';
import { Tour } from './tour.tsx';
import { useSimulator } from './use-simulator.ts';

/** The playground: only of stations that are marked simulated. */
export default function SimulatorPage() {
  const say = useTexts(simulatorTexts);
  const { station: wanted } = useParams({ strict: false }) as { station?: string };
  const stations = useQuery({
    queryKey: ['stations', 'simulated'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
    select: ({ items }) => items.filter(({ simulated }) => simulated),
  });
  if (stations.isPending) return <PageSkeleton />;
  if (stations.error) return <ErrorPanel error={stations.error} retry={() => void stations.refetch()} />;
  const [first] = stations.data;
  if (first === undefined) return <Empty icon={IconDeviceGamepad2} title={say('none.title')} text={say('none.text')} />;
  if (wanted === undefined) return <Navigate to={`/simulator/${first.id}` as never} replace />;
  return <Chosen key={wanted} station={wanted} listed={stations.data} />;
}

interface ChosenProps {
  station: string;
  listed: readonly StationNow[];
}

/** A station beyond the first page of the list is asked for by itself. */
function Chosen({ station, listed }: ChosenProps) {
  const say = useTexts(simulatorTexts);
  const isListed = listed.some(({ id }) => id === station);
  const one = useQuery({
    queryKey: ['stations', 'one', station],
    queryFn: () => bodyOf(api.stations[':id'].$get({ param: { id: station } })),
    enabled: !isListed,
  });
  if (isListed) return <Panel station={station} listed={listed} />;
  if (one.isPending) return <PageSkeleton />;
  if (one.error) return <ErrorPanel error={one.error} />;
  if (!one.data.simulated) return <Empty icon={IconDeviceGamepad2} title={say('real.title')} text={say('real.text')} />;
  return <Panel station={station} listed={[one.data, ...listed]} />;
}

function Panel({ station, listed }: ChosenProps) {
  const say = useTexts(simulatorTexts);
  const navigate = useNavigate();
  useFollow({ station });
  const bays = useAll('bay', station).toSorted((a, b) => Number(a.bay) - Number(b.bay));
  const { asked, order } = useSimulator(station);
  const [repairing, setRepairing] = useState<string | null>(null);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <NativeSelect
          aria-label={say('station')}
          value={station}
          data={listed.map(({ id, name }) => ({ value: id, label: `${id} ${name}` }))}
          onChange={(event) => void navigate({ to: `/simulator/${event.currentTarget.value}` as never })}
        />
        <Button
          component={Link}
          to={`/stations/${station}`}
          variant="default"
          leftSection={<IconLayoutDashboard size={16} aria-hidden />}
        >
          {say('board')}
        </Button>
      </PageTitle>
      <Tour station={station} bay={bays[0]?.bay ?? '1'} order={order} />
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="sm">
            <Title order={2} size="h4">
              {say('bays')}
            </Title>
            {bays.length === 0 && <PageSkeleton rows={2} />}
            {bays.map((bay) => (
              <BayPanel key={bay.bay} bay={bay} order={order} repair={setRepairing} />
            ))}
            <Controls station={station} order={order} />
            <AskedList asked={asked} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Title order={2} size="h4">
            {say('faults')}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {say('faultsAbout')}
          </Text>
          <FaultList station={station} order={order} />
        </Grid.Col>
      </Grid>
      {repairing !== null && (
        <RepairDialog station={station} bay={repairing} order={order} close={() => setRepairing(null)} />
      )}
    </>
  );
}
