import { ActionIcon, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { baySpec } from '../../../../../../machines/bay/spec.ts';
import { cycleSpec } from '../../../../../../machines/cycle/spec.ts';
import type { Bay } from '../../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../../api/client.ts';
import { useTexts } from '../../../i18n/texts.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { PageSkeleton } from '../../../parts/page-skeleton.tsx';
import { boardTexts } from '../texts.ts';
import classes from './chart.module.css';
import { Drawing } from './drawing.tsx';
import { layOut } from './layout.ts';
import { useStateName } from './names.ts';

const specs = { bay: baySpec, cycle: cycleSpec };
type Machine = keyof typeof specs;

/** Where the machines of the bay are; asked again when the stream tells of another state, and every few seconds for what it does not tell. */
function useMachines({ station, bay, state, safety, robotStep, shuttleStep }: Bay) {
  return useQuery({
    queryKey: ['stations', 'machines', station, bay, { state, safety, robotStep, shuttleStep }],
    queryFn: () => bodyOf(api.stations[':id'].bays[':bay'].machines.$get({ param: { id: station, bay } })),
    refetchInterval: 3000,
    placeholderData: (before, query) => (query?.queryKey[3] === bay ? before : undefined),
  });
}

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

/** Times the width of the frame. */
const zooms = [0.5, 0.75, 1, 1.5, 2, 3] as const;
const whole = zooms.indexOf(1);
/** A small chart in a wide frame does not grow beyond reading. */
const largest = 1.25;

function StateChart({ machine, states }: { machine: Machine; states: readonly string[] }) {
  const say = useTexts(boardTexts);
  const nameOf = useStateName();
  const frame = useElementSize<HTMLElement>();
  const [level, setLevel] = useState(whole);
  const chart = useMemo(() => layOut(specs[machine], (_, key) => nameOf(key)), [machine, nameOf]);
  const lit = useMemo(() => new Set(states.flatMap(withOuter)), [states]);
  const words = states.map((path) => path.split('.').map(nameOf).join(' › '));
  const label = say('chart.label', { machine: say(`chart.${machine}`) });
  const fitting = frame.width === 0 ? 1 : Math.min(largest, frame.width / (chart.width + 20));
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
        <ActionIcon variant="default" onClick={() => setLevel(whole)} aria-label={say('chart.fit')}>
          <IconMaximize size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <section
        ref={frame.ref}
        className={classes.frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        tabIndex={0}
        aria-label={label}
        data-testid={`chart-${machine}`}
      >
        <Drawing chart={chart} lit={lit} zoom={fitting * (zooms[level] ?? 1)} label={label} />
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
