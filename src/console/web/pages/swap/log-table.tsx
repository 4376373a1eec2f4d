import { Badge, Code, Group, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { IconArrowBigRightLine, IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SwapDetail } from '../../../../../schema/wire/api/swap.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useEventWords } from '../../parts/event-words.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useReasonWords } from '../../parts/reason-words.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { boardTexts } from '../station-board/texts.ts';
import { type LogLine, linesOf } from './log-lines.ts';
import { swapTexts } from './texts.ts';

type Shown = 'all' | 'events' | 'commands';

/** Every event and command of the swap, in the order of the log. */
export function LogTable({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const [shown, setShown] = useState<Shown>('all');
  const log = useQuery({
    queryKey: ['swap', swap.id, 'log', swap.endedAt, swap.steps.length],
    queryFn: () => bodyOf(api.swaps[':id'].log.$get({ param: { id: swap.id } })),
  });
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('log.title')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={say('log.show')}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={(['all', 'events', 'commands'] as const).map((value) => ({ value, label: say(`log.${value}`) }))}
        />
      </Group>
      {log.isPending ? (
        <PageSkeleton rows={4} />
      ) : log.error ? (
        <ErrorPanel error={log.error} retry={() => void log.refetch()} />
      ) : (
        <Lines
          from={swap.inPositionAt}
          lines={linesOf(log.data).filter(({ kind }) => shown === 'all' || shown === `${kind}s`)}
        />
      )}
    </section>
  );
}

function Lines({ lines, from }: { lines: readonly LogLine[]; from: string }) {
  const say = useTexts(swapTexts);
  if (lines.length === 0) return <Text c="dimmed">{say('log.none')}</Text>;
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table fz="sm" verticalSpacing={4} aria-label={say('log.label')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={90}>{say('log.time')}</Table.Th>
            <Table.Th w={110} ta="right">
              {say('log.since')}
            </Table.Th>
            <Table.Th w={150}>{say('log.from')}</Table.Th>
            <Table.Th>{say('log.what')}</Table.Th>
            <Table.Th>{say('log.details')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Line key={line.key} line={line} from={from} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Line({ line, from }: { line: LogLine; from: string }) {
  const say = useTexts(swapTexts);
  const formats = useFormats();
  const isCommand = line.kind === 'command';
  return (
    <Table.Tr data-kind={line.kind}>
      <Table.Td>{formats.time(line.at)}</Table.Td>
      <Table.Td ta="right">{formats.seconds(Date.parse(line.at) - Date.parse(from))}</Table.Td>
      <Table.Td>
        <Badge
          variant="light"
          tt="none"
          color={isCommand ? 'lane' : 'gray'}
          c="var(--mantine-color-text)"
          leftSection={
            isCommand ? <IconArrowBigRightLine size={13} aria-hidden /> : <IconListDetails size={13} aria-hidden />
          }
        >
          {isCommand ? say('log.command') : say(`log.source.${line.event.source}`)}
        </Badge>
      </Table.Td>
      <Table.Td>{isCommand ? <CommandWords line={line} /> : <EventWords line={line} />}</Table.Td>
      <Table.Td>
        <Details of={isCommand ? line.command.params : line.event.body} />
      </Table.Td>
    </Table.Tr>
  );
}

function EventWords({ line: { event, of } }: { line: Extract<LogLine, { kind: 'event' }> }) {
  const words = useTexts(stationTexts);
  const eventWords = useEventWords(event.station);
  return (
    <>
      {of !== null && <b>{words(`step.${of}` as 'step.release')} · </b>}
      {eventWords(event)}
      <Text size="xs" c="dimmed">
        {event.type}
      </Text>
    </>
  );
}

function CommandWords({ line: { command } }: { line: Extract<LogLine, { kind: 'command' }> }) {
  const say = useTexts(swapTexts);
  const sayBoard = useTexts(boardTexts);
  const reasonWords = useReasonWords();
  const words = useTexts(stationTexts);
  const formats = useFormats();
  const { result, type } = command;
  return (
    <>
      <Text size="sm" fw={600}>
        {words(`step.${type}` as 'step.release')}
      </Text>
      <Text size="xs" c="dimmed">
        {result === null
          ? sayBoard(`delivery.${command.delivery}`)
          : say('log.outcome', {
              outcome: words(`result.${result.outcome}`),
              time: formats.seconds(result.durationMs),
            })}
        {result?.reason ? ` · ${reasonWords(result.reason)}` : ''}
      </Text>
    </>
  );
}

/** What the record says, as it stands: closed at first. */
function Details({ of }: { of: unknown }) {
  const say = useTexts(swapTexts);
  if (of === null || of === undefined || Object.keys(of).length === 0) return null;
  return (
    <details>
      <Text component="summary" size="xs">
        {say('log.details')}
      </Text>
      <Code block maw={420} fz={11}>
        {JSON.stringify(of, null, 1)}
      </Code>
    </details>
  );
}
