import { Button, Group, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconBuildingWarehouse, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Report } from './report.tsx';
import { dayOf, periodOf, type Span, spans } from './spans.ts';
import { shiftTexts } from './texts.ts';

/** What one shift hands over to the next, on paper if they like. */
export default function ShiftPage() {
  const say = useTexts(shiftTexts);
  const [now] = useState(() => Date.now());
  const [chosen, setChosen] = useState<string | null>(null);
  const [{ span, day }, setShift] = useState<{ span: Span; day: string }>(() => ({ span: 'last8', day: dayOf(now) }));
  const stations = useQuery({
    queryKey: ['stations', 'first'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
  });
  if (stations.isPending) return <PageSkeleton />;
  if (stations.error) return <ErrorPanel error={stations.error} retry={() => void stations.refetch()} />;
  const station = chosen ?? stations.data.items[0]?.id;
  if (station === undefined)
    return <Empty icon={IconBuildingWarehouse} title={say('noStation.title')} text={say('noStation.text')} />;
  const ofDay = span === 'day' || span === 'night';
  return (
    <>
      <div data-no-print>
        <PageTitle title={say('title')} about={say('about')}>
          <Button leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
            {say('print')}
          </Button>
        </PageTitle>
        <Group mb="md" align="flex-end" gap="sm">
          <NativeSelect
            label={say('station')}
            value={station}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={stations.data.items.map(({ id, name }) => ({ value: id, label: `${id} ${name}` }))}
          />
          <SegmentedControl
            aria-label={say('span.label')}
            value={span}
            onChange={(value) => setShift({ span: value as Span, day })}
            data={spans.map((value) => ({ value, label: say(`span.${value}`) }))}
          />
          {ofDay && (
            <TextInput
              type="date"
              label={say('date')}
              value={day}
              onChange={(event) => {
                const value = event.currentTarget.value;
                if (/^\d{4}-\d\d-\d\d$/.test(value)) setShift({ span, day: value });
              }}
            />
          )}
        </Group>
      </div>
      <Loaded station={station} {...periodOf(span, day, now)} />
    </>
  );
}

function Loaded({ station, from, to }: { station: string; from: string; to: string }) {
  const report = useQuery({
    queryKey: ['stations', 'shift', station, from, to],
    queryFn: () => bodyOf(api.stations[':id']['shift-report'].$get({ param: { id: station }, query: { from, to } })),
  });
  if (report.isPending) return <PageSkeleton />;
  if (report.error) return <ErrorPanel error={report.error} retry={() => void report.refetch()} />;
  return <Report report={report.data} writtenAt={report.dataUpdatedAt} />;
}
