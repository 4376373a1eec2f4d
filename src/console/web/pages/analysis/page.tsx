import { Card, Grid, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { SwapStatistics } from '../../../../../schema/wire/api/swap-statistics.ts';
import { readAllStations } from '../../api/all-stations.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { FirstTime, Hours, Seconds, StepBoxes, StepOverDays, TimeOverDays } from './plots.tsx';
import { analysisTexts } from './texts.ts';

const periods = [1, 7, 14, 31] as const;
const hourMs = 3_600_000;

/** How swaps went over days, at one station or all that the caller may see. */
export default function AnalysisPage() {
  const say = useTexts(analysisTexts);
  const { station, days = 7 } = useSearch({ strict: false }) as { station?: string; days?: number };
  const statistics = useQuery({
    queryKey: ['swaps', 'statistics', station ?? null, days],
    queryFn: () => bodyOf(api.swaps.statistics.$get({ query: { ...spanOf(days), ...(station ? { station } : {}) } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Controls station={station ?? null} days={days} />
      {statistics.error ? (
        <ErrorPanel error={statistics.error} retry={() => void statistics.refetch()} />
      ) : !statistics.data ? (
        <PageSkeleton />
      ) : statistics.data.total === 0 ? (
        <Empty icon={IconChartBar} title={say('empty.title')} text={say('empty.text')} />
      ) : (
        <Found of={statistics.data} />
      )}
    </>
  );
}

/** Whole hours, so that the same question is asked again within the hour. */
function spanOf(days: number): { from: string; to: string } {
  const to = Math.ceil(Date.now() / hourMs) * hourMs;
  return { from: new Date(to - days * 24 * hourMs).toISOString(), to: new Date(to).toISOString() };
}

function Controls({ station, days }: { station: string | null; days: number }) {
  const say = useTexts(analysisTexts);
  const navigate = useNavigate();
  const stations = useQuery({
    queryKey: ['stations', 'names'],
    queryFn: readAllStations,
    staleTime: 600_000,
  });
  const go = (next: { station: string | null; days: number }) =>
    void navigate({
      to: '.',
      search: { days: next.days, ...(next.station ? { station: next.station } : {}) } as never,
      replace: true,
    });
  return (
    <Group mb="md" align="flex-end">
      <Select
        label={say('station')}
        placeholder={say('all')}
        data={[...(stations.data?.values() ?? [])].map(({ id, name }) => ({ value: id, label: `${id} · ${name}` }))}
        value={station}
        onChange={(value) => go({ station: value, days })}
        searchable
        clearable
        w={300}
        maw="100%"
      />
      <SegmentedControl
        aria-label={say('period')}
        value={String(days)}
        onChange={(value) => go({ station, days: Number(value) })}
        data={periods.map((n) => ({ value: String(n), label: say('days', { n }) }))}
      />
    </Group>
  );
}

function Found({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const formats = useFormats();
  return (
    <Stack gap="md">
      <Figures of={of} />
      {of.sampled < of.total && (
        <Text size="sm" c="dimmed">
          {say('sampled', { n: formats.whole(of.sampled), all: formats.whole(of.total) })}
        </Text>
      )}
      <Grid gap="md">
        <Plot title={say('time.title')}>
          <TimeOverDays of={of} />
        </Plot>
        <Plot title={say('hours.title')}>
          <Hours of={of} />
        </Plot>
        <Plot title={say('steps.title')} wide>
          <StepBoxes of={of} />
        </Plot>
        <Plot title={say('seconds.title')}>
          <Seconds of={of} />
        </Plot>
        <OneStep of={of} />
        <Plot title={say('first.title')}>
          <FirstTime of={of} />
        </Plot>
      </Grid>
    </Stack>
  );
}

function Plot({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <Grid.Col span={{ base: 12, lg: wide ? 12 : 6 }}>
      <Card withBorder padding="sm">
        <Title order={2} size="h5" mb="xs">
          {title}
        </Title>
        {children}
      </Card>
    </Grid.Col>
  );
}

function OneStep({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const words = useTexts(stationTexts);
  const [chosen, setChosen] = useState<string | null>(null);
  const step = of.steps.find((each) => each.step === chosen) ?? of.steps[0];
  if (!step) return null;
  return (
    <Plot title={say('step.title')}>
      <Select
        aria-label={say('step.choose')}
        data={of.steps.map((each) => ({ value: each.step, label: words(`step.${each.step}`) }))}
        value={step.step}
        allowDeselect={false}
        onChange={setChosen}
        w={220}
      />
      <StepOverDays step={step} />
    </Plot>
  );
}

function Figures({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const formats = useFormats();
  const { total, completed, swapTime, firstTime, hours } = of;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
      <Figure
        label={say('figures.swaps')}
        value={formats.whole(total)}
        note={say('figures.completed', { n: formats.whole(completed) })}
      />
      <Figure
        label={say('figures.median')}
        value={formats.seconds(swapTime?.p50Ms)}
        note={say('figures.p95', { time: formats.seconds(swapTime?.p95Ms) })}
      />
      <Figure
        label={say('figures.first')}
        value={formats.pct(firstTime.of === 0 ? null : (firstTime.right / firstTime.of) * 100)}
        note={say('figures.firstOf', { n: formats.whole(firstTime.right), all: formats.whole(firstTime.of) })}
      />
      <Figure
        label={say('figures.perHour')}
        value={formats.whole(Math.max(0, ...hours.map((hour) => hour.total)))}
        note={say('figures.perHourMean', { n: formats.tenth(total / Math.max(1, hours.length)) })}
      />
    </SimpleGrid>
  );
}
