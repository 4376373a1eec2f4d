import { Box, Skeleton, Table, Text, useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { chartTexts } from './chart-texts.ts';

/** The same figures in rows, for who does not see the plot or wants to read them off. Numbers come formatted. */
export interface ChartTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface ChartProps {
  /** What ECharts draws. Keep it with `useMemo`: another object is drawn anew. */
  option: EChartsCoreOption;
  /** What the plot shows, in a sentence: read aloud in place of the picture. */
  label: string;
  table?: ChartTable;
  height?: number;
  /** What was clicked; `dataIndex` of the series of that name. */
  onPick?: (picked: { seriesName: string; name: string; dataIndex: number }) => void;
}

/** The plot has its place's size, never the place the plot's: of a narrower page it would stick out until it is drawn anew. */
const ownSize = { contain: 'strict' } as const;

/**
 * A plot by ECharts, whose code is fetched when the first is shown. It fits its place, follows the colours of the page, and stands still for who
 * wants less motion. Series and axes take their colours from the theme; chart types not in `chart-engine.ts` are added there.
 */
export function Chart({ option, label, table, height = 280, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [state, chart] = useEngine(place);
  const still = useReducedMotion();
  useEffect(() => {
    chart?.setOption({ animation: !still, tooltip: { confine: true }, ...option }, { notMerge: true });
  }, [chart, option, still]);
  useEffect(() => {
    if (!chart || !onPick) return;
    const onClick = (event: { seriesName?: string; name: string; dataIndex: number }) =>
      onPick({ seriesName: event.seriesName ?? '', name: event.name, dataIndex: event.dataIndex });
    chart.on('click', onClick);
    return () => void chart.off('click', onClick);
  }, [chart, onPick]);
  const say = useTexts(chartTexts);
  return (
    <Box component="figure" m={0} data-chart={state}>
      {state === 'failed' && <Text role="alert">{say('failed')}</Text>}
      <Box pos="relative" h={height}>
        {state === 'loading' && <Skeleton h={height} pos="absolute" aria-label={say('loading')} />}
        <Box ref={place} role="img" aria-label={label} h={height} w="100%" style={ownSize} />
      </Box>
      {table && <ChartRows table={table} label={label} />}
    </Box>
  );
}

/** Starts the engine in its place, and again for other colours. */
function useEngine(place: React.RefObject<HTMLDivElement | null>) {
  const colours = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [chart, setChart] = useState<ECharts | null>(null);
  useEffect(() => {
    let running: ECharts | null = null;
    let over = false;
    const resizing = new ResizeObserver(() => running?.resize());
    import('./chart-engine.ts').then(
      ({ startChart }) => {
        if (over || !place.current) return;
        running = startChart(place.current, colours);
        resizing.observe(place.current);
        setChart(running);
        setState('shown');
      },
      () => setState('failed'),
    );
    return () => {
      over = true;
      resizing.disconnect();
      setChart(null);
      running?.dispose();
    };
  }, [colours, place]);
  return [state, chart] as const;
}

function ChartRows({ table: { head, rows }, label }: { table: ChartTable; label: string }) {
  const say = useTexts(chartTexts);
  return (
    <details>
      <Text component="summary" size="xs" c="dimmed">
        {say('table')}
      </Text>
      <Table.ScrollContainer minWidth={head.length * 90} maxHeight={320}>
        <Table fz="xs" withRowBorders={false} striped aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {head.map((each, column) => (
                <Table.Th key={each} ta={column === 0 ? 'left' : 'right'}>
                  {each}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.join('|')}>
                {row.map((cell, column) => (
                  <Table.Td key={head[column]} ta={column === 0 ? 'left' : 'right'}>
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
