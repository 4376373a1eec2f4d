import { Box, Button, Grid, Group, Select, Skeleton, Text, TextInput } from '@mantine/core';
import { IconBuildingWarehouse, IconMapPinOff, IconRefresh, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { useLink } from '../../live/use-live.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Figures } from './figures.tsx';
import { OrderWords } from './order-words.tsx';
import type { StationRow } from './station-row.ts';
import { StationTable } from './station-table.tsx';
import { networkTexts } from './texts.ts';
import { useCalmOrder } from './use-calm-order.ts';
import { useRows } from './use-rows.ts';
import { needsSomebody, type Order, orders, type Trouble, troubleOf, troubles } from './worst-first.ts';

const NetworkMap = lazy(() => import('./network-map.tsx'));
const ChosenStation = lazy(() => import('./chosen-station.tsx'));

/** Every station of the network at once, for one person who watches them all. */
export default function NetworkPage() {
  const say = useTexts(networkTexts);
  const { known } = useLink();
  const { rows, error, retry } = useRows();
  if (!known) return error ? <ErrorPanel error={error} retry={retry} /> : <PageSkeleton />;
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <OrderWords />
      </PageTitle>
      {error !== null && <ErrorPanel error={error} retry={retry} />}
      {rows.length === 0 ? (
        <Empty icon={IconBuildingWarehouse} title={say('empty.title')} text={say('empty.text')} />
      ) : (
        <Watch rows={rows} />
      )}
    </>
  );
}

type Filter = 'any' | 'attention' | Trouble;

function Watch({ rows }: { rows: readonly StationRow[] }) {
  const [order, setOrder] = useState<Order>('worst');
  const [filter, setFilter] = useState<Filter>('any');
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const { ordered, worse, again, hold } = useCalmOrder(rows, orders[order]);
  const shown = useMemo(() => ordered.filter((row) => matches(row, filter, wanted)), [ordered, filter, wanted]);
  const shownNow = rows.find(({ station }) => station.id === chosen);
  return (
    <>
      <Figures rows={rows} />
      <Controls
        {...{ order, setOrder, filter, setFilter, wanted, setWanted, worse, again }}
        shown={shown.length}
        all={rows.length}
      />
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          {shown.length === 0 ? (
            <NoMatch />
          ) : (
            <StationTable rows={shown} chosen={chosen} onChoose={setChosen} onHold={hold} />
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Box pos="relative">
            <Suspense fallback={<Skeleton h={360} />}>
              <NetworkMap rows={shown} chosen={chosen} onChoose={setChosen} />
            </Suspense>
            {shownNow && (
              <Box pos="absolute" left={8} right={56} top={8}>
                <Suspense fallback={null}>
                  <ChosenStation row={shownNow} close={() => setChosen(null)} />
                </Suspense>
              </Box>
            )}
          </Box>
        </Grid.Col>
      </Grid>
    </>
  );
}

function matches(row: StationRow, filter: Filter, wanted: string): boolean {
  const { id, name, address } = row.station;
  if (!`${id} ${name} ${address ?? ''}`.toLowerCase().includes(wanted.trim().toLowerCase())) return false;
  if (filter === 'any') return true;
  if (filter === 'silent') return !row.station.online;
  const trouble = troubleOf(row);
  return filter === 'attention' ? needsSomebody(trouble) : trouble === filter;
}

function NoMatch() {
  const say = useTexts(networkTexts);
  return <Empty icon={IconMapPinOff} title={say('noMatch.title')} text={say('noMatch.text')} />;
}

interface ControlsProps {
  order: Order;
  setOrder: (order: Order) => void;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  wanted: string;
  setWanted: (wanted: string) => void;
  worse: number;
  again: () => void;
  shown: number;
  all: number;
}

function Controls(props: ControlsProps) {
  const say = useTexts(networkTexts);
  const { order, setOrder, filter, setFilter, wanted, setWanted, worse, again, shown, all } = props;
  const filters = [
    { value: 'any', label: say('filter.any') },
    { value: 'attention', label: say('filter.attention') },
    ...troubles.map((trouble) => ({ value: trouble, label: say(`trouble.${trouble}`) })),
  ];
  return (
    <Group gap="xs" mb="xs" align="flex-end">
      <TextInput
        aria-label={say('search')}
        placeholder={say('search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        w={220}
      />
      <Select
        aria-label={say('filter.label')}
        data={filters}
        value={filter}
        allowDeselect={false}
        onChange={(value) => setFilter((value ?? 'any') as Filter)}
        w={160}
      />
      <Select
        aria-label={say('order.label')}
        data={(['worst', 'wait', 'packs', 'name'] as const).map((value) => ({ value, label: say(`order.${value}`) }))}
        value={order}
        allowDeselect={false}
        onChange={(value) => setOrder((value ?? 'worst') as Order)}
        w={180}
      />
      <Button
        variant={worse > 0 ? 'light' : 'default'}
        color={worse > 0 ? 'orange' : 'gray'}
        c="var(--mantine-color-text)"
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={again}
      >
        {worse > 0 ? say('againWorse', { n: worse }) : say('again')}
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {say('shown', { n: shown, all })}
      </Text>
    </Group>
  );
}
