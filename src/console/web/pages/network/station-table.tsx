import { Anchor, Group, Progress, Table, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { pages } from '../../app/pages.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useLink } from '../../live/use-live.ts';
import { bayLooks } from '../../parts/bay-state.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { powerOf } from './power.ts';
import type { StationRow } from './station-row.ts';
import classes from './station-table.module.css';
import { networkTexts } from './texts.ts';
import { TroubleBadge } from './trouble-badge.tsx';
import { longWaitMs, troubleOf } from './worst-first.ts';

const rowHeight = 46;
const boardRoles = pages.find(({ path }) => path === '/stations/$station')?.roles ?? [];

interface StationTableProps {
  rows: readonly StationRow[];
  chosen: string | null;
  onChoose: (station: string) => void;
  /** Somebody is at the table: its order must stand still. */
  onHold: (held: boolean) => void;
}

/** All stations, of which only the rows in sight are drawn. */
export function StationTable({ rows, chosen, onChoose, onHold }: StationTableProps) {
  const say = useTexts(networkTexts);
  const { state } = useLink();
  const place = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    getItemKey: (index) => rows[index]?.station.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  useIntoSight(rows, chosen, (index) => virtual.scrollToIndex(index, { align: 'auto' }));
  return (
    <section
      ref={place}
      className={classes.place}
      aria-label={say('table.label')}
      data-old={state === 'live' ? undefined : ''}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(false)}
      onFocus={() => onHold(true)}
      onBlur={() => onHold(false)}
    >
      <Table className={classes.table} highlightOnHover verticalSpacing={4} aria-rowcount={rows.length + 1}>
        <StationHead />
        <Table.Tbody>
          <Space height={above} />
          {items.map(({ index, key }) => {
            const row = rows[index];
            return (
              row && <Row key={key} row={row} index={index} isChosen={row.station.id === chosen} onChoose={onChoose} />
            );
          })}
          <Space height={below} />
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** What was chosen on the map is shown in the table. */
function useIntoSight(rows: readonly StationRow[], chosen: string | null, show: (index: number) => void) {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (chosen === shown.current) return;
    shown.current = chosen;
    const index = rows.findIndex(({ station }) => station.id === chosen);
    if (index >= 0) show(index);
  });
}

const Space = ({ height }: { height: number }) =>
  height > 0 ? (
    <tr className={classes.space} aria-hidden>
      <td colSpan={9} style={{ height }} />
    </tr>
  ) : null;

function StationHead() {
  const say = useTexts(networkTexts);
  return (
    <Table.Thead className={classes.head}>
      <Table.Tr aria-rowindex={1}>
        <Table.Th>{say('table.station')}</Table.Th>
        <Table.Th w={162}>{say('table.state')}</Table.Th>
        <Table.Th w={68} visibleFrom="sm">
          {say('table.bays')}
        </Table.Th>
        <Table.Th w={84} ta="right" visibleFrom="xs">
          {say('table.wait')}
        </Table.Th>
        <Table.Th w={84} ta="right">
          {say('table.ready')}
        </Table.Th>
        <Table.Th w={96} visibleFrom="md">
          {say('table.power')}
        </Table.Th>
        <Table.Th w={70} ta="right" visibleFrom="xl">
          {say('table.swaps')}
        </Table.Th>
        <Table.Th w={100} visibleFrom="sm">
          {say('table.alarms')}
        </Table.Th>
        <Table.Th w={90} ta="right" visibleFrom="xl">
          {say('table.incidents')}
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

interface RowProps {
  row: StationRow;
  index: number;
  isChosen: boolean;
  onChoose: (station: string) => void;
}

const Row = memo(({ row, index, isChosen, onChoose }: RowProps) => {
  const formats = useFormats();
  const { station, incidents } = row;
  const mayOpen = isOneOf(useCaller(), boardRoles);
  return (
    <Table.Tr
      className={classes.row}
      aria-rowindex={index + 2}
      data-station={station.id}
      data-chosen={isChosen ? '' : undefined}
      data-silent={station.online ? undefined : ''}
      onClick={() => onChoose(station.id)}
    >
      <Table.Td>
        {mayOpen ? (
          <Anchor component={Link} to={`/stations/${station.id}`} fw={600} size="sm" truncate display="block">
            {station.name}
          </Anchor>
        ) : (
          <Text fw={600} size="sm" truncate>
            {station.name}
          </Text>
        )}
        <Text size="xs" c="dimmed" truncate>
          {station.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <TroubleBadge trouble={troubleOf(row)} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Bays row={row} isChosen={isChosen} onChoose={onChoose} />
      </Table.Td>
      <Table.Td ta="right" visibleFrom="xs">
        <Wait row={row} />
      </Table.Td>
      <Table.Td ta="right">
        <Text span size="sm" fw={station.readyPacks === 0 ? 700 : 400}>
          {formats.whole(station.readyPacks)}
        </Text>
        <Text span size="xs" c="dimmed">
          {` / ${formats.whole(station.packs)}`}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Power row={row} />
      </Table.Td>
      <Table.Td ta="right" visibleFrom="xl">
        {formats.whole(station.openSwaps)}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Alarms row={row} />
      </Table.Td>
      <Table.Td ta="right" visibleFrom="xl">
        {formats.whole(incidents)}
      </Table.Td>
    </Table.Tr>
  );
}, isSameRow);

/** Of what is shown: a station tells much that is not. */
function isSameRow(a: RowProps, b: RowProps): boolean {
  return (
    a.index === b.index &&
    a.isChosen === b.isChosen &&
    a.onChoose === b.onChoose &&
    (a.row === b.row || looksOf(a.row) === looksOf(b.row))
  );
}

function looksOf({ station, bays, alarms, incidents, now }: StationRow): string {
  const { id, name, online, packs, readyPacks, openSwaps } = station;
  const states = bays.map(({ bay, state }) => `${bay}${state}`);
  return [id, name, online, packs, readyPacks, openSwaps, states, alarms, incidents, JSON.stringify(now)].join();
}

/** Each bay as a picture; all together they lead to the bays one by one. */
function Bays({ row: { station, bays }, isChosen, onChoose }: Omit<RowProps, 'index'>) {
  const say = useTexts(networkTexts);
  const sayState = useTexts(stationTexts);
  const shown = bays.map(({ bay, state }) => {
    // A silent station's bays are as they were when it was last heard: not shown as if they were so now.
    const isNow = station.online ? state : 'offline';
    return { bay, look: bayLooks[isNow], words: say('bayIs', { bay, state: sayState(`bay.${isNow}`) }) };
  });
  return (
    <UnstyledButton
      mih={24}
      miw={24}
      aria-label={shown.map(({ words }) => words).join(', ')}
      aria-pressed={isChosen}
      onClick={() => onChoose(station.id)}
    >
      <Group gap={4} wrap="nowrap">
        {shown.map(({ bay, look: { icon: Picture, color }, words }) => (
          <Tooltip key={bay} label={words}>
            <Picture size={20} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
          </Tooltip>
        ))}
      </Group>
    </UnstyledButton>
  );
}

function Power({ row }: { row: StationRow }) {
  const say = useTexts(networkTexts);
  const formats = useFormats();
  const { powerW, limitW, pct, color } = powerOf(row);
  if (powerW === null) return <Text size="sm">–</Text>;
  const words = say('power.of', { power: formats.kW(powerW), limit: formats.kW(limitW) });
  return (
    <Tooltip label={words}>
      <div>
        <Text size="xs" fw={color === 'red' ? 700 : 400} truncate>
          {`${formats.whole(powerW / 1000)} / ${formats.whole(limitW / 1000)}`}
        </Text>
        <Progress value={pct} color={color} size="xs" aria-label={words} />
      </div>
    </Tooltip>
  );
}

function Wait({ row: { now, station } }: { row: StationRow }) {
  const say = useTexts(networkTexts);
  const formats = useFormats();
  if (now === null) return <Text size="sm">–</Text>;
  const { expectedWaitMs, openNow } = now;
  const words = !openNow
    ? say('wait.closed')
    : expectedWaitMs === null || !station.online
      ? say('wait.unknown')
      : expectedWaitMs === 0
        ? say('wait.none')
        : formats.clock(expectedWaitMs);
  return (
    <Text size="sm" fw={(expectedWaitMs ?? 0) > longWaitMs ? 700 : 400}>
      {words}
    </Text>
  );
}

/** Incidents have a column of their own where there is room. */
function Alarms({ row: { alarms, incidents } }: { row: StationRow }) {
  const say = useTexts(networkTexts);
  const active = [4, 3, 2, 1].flatMap((level) => {
    const n = alarms[level - 1] ?? 0;
    return n > 0 ? [say('alarmsOf', { level, n })] : [];
  });
  return (
    <Text size="xs" c={active.length === 0 ? 'dimmed' : ''} lineClamp={2}>
      {active.length === 0 ? say('noAlarm') : active.join(' · ')}
      {incidents > 0 && (
        <Text span inherit hiddenFrom="xl">
          {` · ${say('incidentsOf', { n: incidents })}`}
        </Text>
      )}
    </Text>
  );
}
