import { Box, Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSitemap } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { boardTexts } from './texts.ts';

/** Machines and layout are a chunk of their own, fetched when somebody wants to see them. */
const StateCharts = lazy(() => import('./statechart/statecharts.tsx'));

export function ChartSection({ bays }: { bays: readonly Bay[] }) {
  const say = useTexts(boardTexts);
  const [opened, { toggle }] = useDisclosure(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const bay = bays.find((each) => each.bay === chosen) ?? bays[0];
  if (!bay) return null;
  return (
    <Box component="section" aria-labelledby="charts-title">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} size="h4" id="charts-title">
            {say('chart.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {say('chart.about')}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconSitemap size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={opened}
          data-testid="show-charts"
        >
          {say(opened ? 'chart.hide' : 'chart.show')}
        </Button>
      </Group>
      {opened && bays.length > 1 && (
        <SegmentedControl
          mb="sm"
          value={bay.bay}
          onChange={setChosen}
          data={bays.map((each) => ({ value: each.bay, label: say('bay.name', { n: each.bay }) }))}
          aria-label={say('bays')}
        />
      )}
      {opened && (
        <Suspense fallback={<PageSkeleton rows={3} />}>
          <StateCharts bay={bay} />
        </Suspense>
      )}
    </Box>
  );
}
