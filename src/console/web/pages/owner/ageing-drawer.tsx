import { Drawer, Stack, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Ageing } from '../../../../../schema/wire/api/owner.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Chart } from '../../parts/chart.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ownerTexts } from './texts.ts';

interface AgeingDrawerProps {
  owner: string;
  code: string;
  close: () => void;
}

/** The state of health of a pack after each charge that taught something. */
export function AgeingDrawer({ owner, code, close }: AgeingDrawerProps) {
  const say = useTexts(ownerTexts);
  const { data, error } = useQuery({
    queryKey: ['owners', 'ageing', owner, code],
    queryFn: () => bodyOf(api.owners[':owner'].packs[':code'].ageing.$get({ param: { owner, code }, header: {} })),
  });
  return (
    <Drawer opened onClose={close} title={say('ageingOf', { code })} position="right" size="xl">
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={3} />}
      {data?.points.length === 0 && (
        <Empty icon={IconChartLine} title={say('noAgeing.title')} text={say('noAgeing.text')} />
      )}
      {data && data.points.length > 0 && <Plot points={data.points} />}
    </Drawer>
  );
}

function Plot({ points }: { points: Ageing['points'] }) {
  const say = useTexts(ownerTexts);
  const formats = useFormats();
  const option = useMemo(
    () => ({
      xAxis: { type: 'time' },
      yAxis: { type: 'value', scale: true, name: '%' },
      tooltip: { trigger: 'axis' },
      series: [
        { name: say('soh'), type: 'line', data: points.map(({ at, sohPct }) => [at, sohPct]) },
        {
          name: say('low'),
          type: 'line',
          lineStyle: { type: 'dashed' },
          symbol: 'none',
          data: points.map(({ at, lowPct }) => [at, lowPct]),
        },
        {
          name: say('high'),
          type: 'line',
          lineStyle: { type: 'dashed' },
          symbol: 'none',
          data: points.map(({ at, highPct }) => [at, highPct]),
        },
      ],
    }),
    [points, say],
  );
  return (
    <Stack>
      <Chart
        option={option}
        label={say('ageingLabel')}
        table={{
          head: [say('when'), say('soh'), say('low'), say('high')],
          rows: points.map(({ at, sohPct, lowPct, highPct }) => [
            formats.dayAndTime(at),
            formats.pct(sohPct),
            formats.pct(lowPct),
            formats.pct(highPct),
          ]),
        }}
      />
      <Text size="xs" c="dimmed">
        {say('ageingNote')}
      </Text>
    </Stack>
  );
}
