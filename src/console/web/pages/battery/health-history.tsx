import { Stack, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { HealthReading } from '../../../../../schema/wire/api/battery-health.ts';
import { type Formats, useFormats } from '../../i18n/formats.ts';
import { type Say, useTexts } from '../../i18n/texts.ts';
import { Chart } from '../../parts/chart.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useHealth, useReadings } from './data.ts';
import { batteryTexts } from './texts.ts';

/** State of health over time, with the interval that holds the truth nine times in ten. */
export function HealthHistory({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const health = useHealth(code);
  const readings = useReadings(code);
  const believed = useMemo(
    () => (readings.data?.items ?? []).filter(({ sohPct }) => sohPct !== null).toReversed(),
    [readings.data],
  );
  const option = useMemo(() => optionOf(believed, say, formats), [believed, say, formats]);
  if (readings.isPending) return <PageSkeleton rows={3} />;
  if (readings.error) return <ErrorPanel error={readings.error} retry={() => void readings.refetch()} />;
  const basis = health.data?.basis;
  return (
    <Stack gap="xs">
      {believed.length === 0 ? (
        <Empty icon={IconChartLine} title={say('health.empty.title')} text={say('health.empty.text')} />
      ) : (
        <Chart option={option} label={say('health.chart')} table={tableOf(believed, say, formats)} height={320} />
      )}
      {basis && (
        <Text size="sm" c="dimmed">
          {say('health.basis', { count: basis.readings, ah: formats.tenth(basis.ratedAh) })}
        </Text>
      )}
    </Stack>
  );
}

type Believed = readonly HealthReading[];
type BatterySay = Say<(typeof batteryTexts)['en']>;

/** The band is the space between two lines that lie on each other: the low end unseen, and on it the width. */
function optionOf(readings: Believed, say: BatterySay, formats: Formats): EChartsCoreOption {
  const at = ({ endedAt }: HealthReading) => Date.parse(endedAt);
  const percent = (value: unknown) => (typeof value === 'number' ? formats.pct(value) : '–');
  const band = { type: 'line', stack: 'band', symbol: 'none', lineStyle: { opacity: 0 } };
  return {
    grid: { left: 56, right: 16, top: 40, bottom: 32 },
    legend: { type: 'scroll', data: [say('health.estimate'), say('health.band'), say('health.single')], top: 0 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'time', axisLabel: { formatter: (value: number) => formats.day(value), hideOverlap: true } },
    yAxis: { type: 'value', scale: true, axisLabel: { formatter: '{value} %' } },
    series: [
      {
        ...band,
        name: 'low',
        data: readings.map((each) => [at(each), each.lowPct]),
        tooltip: { show: false },
        silent: true,
      },
      {
        ...band,
        name: say('health.band'),
        data: readings.map((each) => [at(each), (each.highPct ?? 0) - (each.lowPct ?? 0)]),
        areaStyle: { opacity: 0.25 },
        tooltip: {
          valueFormatter: (value: unknown) => (typeof value === 'number' ? `± ${formats.tenth(value / 2)}` : '–'),
        },
        silent: true,
      },
      {
        type: 'line',
        name: say('health.estimate'),
        data: readings.map((each) => [at(each), each.sohPct]),
        symbolSize: 5,
        tooltip: { valueFormatter: percent },
      },
      {
        type: 'scatter',
        name: say('health.single'),
        data: readings.filter(({ readPct }) => readPct !== null).map((each) => [at(each), each.readPct]),
        symbol: 'diamond',
        symbolSize: 6,
        tooltip: { valueFormatter: percent },
      },
    ],
  };
}

const tableOf = (readings: Believed, say: BatterySay, formats: Formats) => ({
  head: [say('health.when'), say('health.estimate'), say('health.band'), say('health.single')],
  rows: readings.map(({ endedAt, sohPct, lowPct, highPct, readPct }) => [
    formats.dayAndTime(endedAt),
    formats.pct(sohPct),
    `${formats.pct(lowPct)} – ${formats.pct(highPct)}`,
    formats.pct(readPct),
  ]),
});
