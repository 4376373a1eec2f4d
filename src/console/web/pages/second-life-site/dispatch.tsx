import { ActionIcon, Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconChartLine, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { SiteLoad } from '../../../../../schema/wire/api/dispatch.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Chart } from '../../parts/chart.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { nextDay, useLastDay, useLoad, useSiteAssets } from './data.ts';
import { logTexts } from './log-texts.ts';
import { PlanDialog } from './plan-dialog.tsx';
import { assetOption, loadOption, loadTable } from './plots.ts';
import { ReadingsDialog } from './readings-dialog.tsx';
import { siteTexts } from './texts.ts';

/** A day of the site, without and with its assets. */
export function Dispatch({ site }: { site: string }) {
  const say = useTexts(siteTexts);
  const mayPlan = isOneOf(useCaller(), ['admin', 'operations']);
  const sayLog = useTexts(logTexts);
  const [wish, setWish] = useState<'plan' | 'read' | null>(null);
  const working = useSiteAssets(site).data?.items.filter(({ state }) => state === 'commissioned') ?? [];
  const last = useLastDay(site);
  const [chosen, setChosen] = useState<string | null>(null);
  const day = chosen ?? last.data ?? null;
  const load = useLoad(site, day);
  const error = last.error ?? load.error;
  if (error) return <ErrorPanel error={error} retry={() => void load.refetch()} />;
  if (day === null || !load.data) return <PageSkeleton rows={4} />;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <DayField day={day} choose={setChosen} />
        {mayPlan && (
          <Group gap="xs">
            {working.length > 0 && (
              <Button variant="default" onClick={() => setWish('read')}>
                {sayLog('reading.new')}
              </Button>
            )}
            <Button variant="default" onClick={() => setWish('plan')}>
              {say('plan.new')}
            </Button>
          </Group>
        )}
      </Group>
      {wish === 'plan' && <PlanDialog site={site} assets={working} show={setChosen} close={() => setWish(null)} />}
      {wish === 'read' && <ReadingsDialog site={site} assets={working} close={() => setWish(null)} />}
      <Summary load={load.data} />
      <Plots load={load.data} />
    </Stack>
  );
}

function DayField({ day, choose }: { day: string; choose: (day: string) => void }) {
  const say = useTexts(siteTexts);
  return (
    <Group gap={4} align="flex-end">
      <ActionIcon variant="default" size="input-sm" aria-label={say('before')} onClick={() => choose(nextDay(day, -1))}>
        <IconChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <TextInput
        label={say('day')}
        type="date"
        value={day}
        onChange={(event) => event.currentTarget.value !== '' && choose(event.currentTarget.value)}
      />
      <ActionIcon variant="default" size="input-sm" aria-label={say('next')} onClick={() => choose(nextDay(day, 1))}>
        <IconChevronRight size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function Summary({ load: { summary } }: { load: SiteLoad }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const figures = [
    [say('peakWithout'), formats.kW(summary.peakWithoutW)],
    [say('peakWith'), formats.kW(summary.peakWithW)],
    [say('costWithout'), formats.money(summary.costWithoutFen)],
    [say('costWith'), formats.money(summary.costWithFen)],
    [say('saved'), formats.money(summary.savedFen)],
    [say('moved'), `${formats.kWh(summary.chargeWh)} / ${formats.kWh(summary.dischargeWh)}`],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="xs">
      {figures.map(([name, value]) => (
        <Card key={name} withBorder padding="xs">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fw={650}>{value}</Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}

function Plots({ load: { intervals } }: { load: SiteLoad }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const options = useMemo(
    () => ({
      load: loadOption(intervals, say, formats),
      assets: assetOption(intervals, say, formats),
      table: loadTable(intervals, say, formats),
    }),
    [intervals, say, formats],
  );
  if (!intervals.some(({ actual, planned }) => actual !== null || planned !== null))
    return <Empty icon={IconChartLine} title={say('none.title')} text={say('none.text')} />;
  return (
    <>
      <Chart option={options.load} label={say('load.chart')} table={options.table} height={340} />
      <Chart option={options.assets} label={say('assetsChart')} height={220} />
    </>
  );
}
