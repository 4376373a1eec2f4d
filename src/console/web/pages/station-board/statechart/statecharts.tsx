import { ActionIcon, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { baySpec } from '../../../../../../machines/bay/spec.ts';
import { cycleSpec } from '../../../../../../machines/cycle/spec.ts';
import type { Bay } from '../../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../../api/client.ts';
import { useLanguage, useTexts } from '../../../i18n/texts.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { PageSkeleton } from '../../../parts/page-skeleton.tsx';
import { boardTexts } from '../texts.ts';
import classes from './chart.module.css';
import { Drawing } from './drawing.tsx';
import { layOut } from './layout.ts';
import { useStateName } from './names.ts';

const specs = { bay: baySpec, cycle: cycleSpec };
type Machine = keyof typeof specs;

/** Where the machines of the bay are; asked again when the bay says something new. */
const useMachines = (bay: Bay) =>
  useQuery({
    queryKey: ['stations', 'machines', bay.station, bay.bay],
    queryFn: () => bodyOf(api.stations[':id'].bays[':bay'].machines.$get({ param: { id: bay.station, bay: bay.bay } })),
    refetchInterval: 2000,
  });

/** Bay and cycle as charts, with the states lit in which they are now. */
export default function StateCharts({ bay }: { bay: Bay }) {
  const say = useTexts(boardTexts);
  const [machine, setMachine] = useState<Machine>('bay');
  const machines = useMachines(bay);
  if (machines.error) return <ErrorPanel error={machines.error} retry={() => void machines.refetch()} />;
  if (!machines.data) return <PageSkeleton rows={2} />;
  const states = machine === 'bay' ? machines.data.states : (machines.data.cycle?.states ?? []);
  return (
    <Stack gap="sm">
      <SegmentedControl
        value={machine}
        onChange={(next) => setMachine(next as Machine)}
        data={(['bay', 'cycle'] as const).map((value) => ({ value, label: say(`chart.${value}`) }))}
        aria-label={say('chart.title')}
        w="fit-content"
      />
      {machine === 'cycle' && machines.data.cycle === null && <Text size="sm">{say('chart.noCycle')}</Text>}
      <StateChart key={machine} machine={machine} states={states} />
    </Stack>
  );
}

const zooms = [0.35, 0.5, 0.7, 1, 1.4, 2] as const;

function StateChart({ machine, states }: { machine: Machine; states: readonly string[] }) {
  const say = useTexts(boardTexts);
  const nameOf = useStateName();
  const { language } = useLanguage();
  const [level, setLevel] = useState(2);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the language only.
  const chart = useMemo(() => layOut(specs[machine], (_, key) => nameOf(key)), [machine, language]);
  const lit = useMemo(() => new Set(states.flatMap(withOuter)), [states]);
  const words = states.map((path) => path.split('.').map(nameOf).join(' › '));
  const label = say('chart.label', { machine: say(`chart.${machine}`) });
  const step = (by: number) => setLevel((now) => Math.min(zooms.length - 1, Math.max(0, now + by)));
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <ActionIcon variant="default" onClick={() => step(-1)} aria-label={say('chart.zoomOut')}>
          <IconZoomOut size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" onClick={() => step(1)} aria-label={say('chart.zoomIn')}>
          <IconZoomIn size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" onClick={() => setLevel(0)} aria-label={say('chart.fit')}>
          <IconMaximize size={18} aria-hidden />
        </ActionIcon>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className={classes.frame} tabIndex={0} aria-label={label} data-testid={`chart-${machine}`}>
        <Drawing chart={chart} lit={lit} zoom={zooms[level] ?? 1} label={label} />
      </section>
      {words.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {say('chart.text')}
          </Text>
          <ul>
            {words.map((each) => (
              <li key={each}>
                <Text size="sm" component="span">
                  {each}
                </Text>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Stack>
  );
}

/** `a.b.c` lies in `a.b`, and that in `a`. */
function withOuter(path: string): string[] {
  const keys = path.split('.');
  return keys.map((_, at) => keys.slice(0, at + 1).join('.'));
}
