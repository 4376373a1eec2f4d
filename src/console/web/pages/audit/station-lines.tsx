import { Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditLine } from '../../../../../schema/wire/api/audit-log.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useEventWords } from '../../parts/event-words.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { dayFilter } from './day-filter.ts';
import { auditTexts } from './texts.ts';

/** What people and programs did at the stations, as their logs have it. */
export function StationLines() {
  const say = useTexts(auditTexts);
  const formats = useFormats();
  const [written, setWritten] = useState({ station: '', author: '', date: '' });
  const [{ station, author, date }] = useDebouncedValue(written, 400);
  const filter = {
    ...(station === '' ? {} : { station }),
    ...(author.trim() === '' ? {} : { author: author.trim() }),
    ...dayFilter(date),
  };
  const list = usePages(['audit-log', filter], (page) =>
    bodyOf(api['audit-log'].$get({ query: { ...filter, ...page } })),
  );
  return (
    <>
      <Filters written={written} change={setWritten} />
      <PagedTable
        label={say('stations')}
        list={list}
        keyOf={({ station: at, n }) => `${at} ${n}`}
        minWidth={820}
        empty={<Empty icon={IconListSearch} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          { head: say('when'), cell: ({ at }) => formats.dayAndTime(at) },
          { head: say('who'), cell: (line) => <Author line={line} /> },
          { head: say('what'), cell: (line) => <What line={line} /> },
          {
            head: say('where'),
            cell: ({ station: at, bay }) => (
              <Link to={`/stations/${at}` as never}>{bay === null ? at : say('bay', { station: at, bay })}</Link>
            ),
          },
          { head: say('swap'), cell: ({ swap }) => swap ?? '–' },
          { head: say('details'), cell: ({ body }) => <Details body={body} /> },
        ]}
      />
    </>
  );
}

function What({ line }: { line: AuditLine }) {
  const words = useEventWords(line.station);
  return words({ type: line.type, body: null });
}

interface Written {
  station: string;
  author: string;
  date: string;
}

function Filters({ written, change }: { written: Written; change: (next: Written) => void }) {
  const say = useTexts(auditTexts);
  const { data } = useQuery({
    queryKey: ['stations', 'choices'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
  });
  return (
    <Group mb="md" align="flex-end">
      <NativeSelect
        label={say('station')}
        value={written.station}
        data={[
          { value: '', label: say('all') },
          ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: `${id} ${name}` })),
        ]}
        onChange={(event) => change({ ...written, station: event.currentTarget.value })}
      />
      <TextInput
        label={say('author')}
        placeholder="user:u…"
        value={written.author}
        onChange={(event) => change({ ...written, author: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={say('day')}
        value={written.date}
        onChange={(event) => change({ ...written, date: event.currentTarget.value })}
      />
    </Group>
  );
}

function Author({ line: { author } }: { line: AuditLine }) {
  const say = useTexts(auditTexts);
  if (author === null) return <Text size="sm">{say('nobody')}</Text>;
  return (
    <>
      <Text size="sm">{author.name ?? author.id}</Text>
      {author.name !== null && (
        <Text size="xs" c="dimmed">
          {author.id}
        </Text>
      )}
    </>
  );
}

/** The reason first; the rest by its names in the log. */
function Details({ body }: { body: unknown }) {
  if (typeof body !== 'object' || body === null) return null;
  const { reason, ...rest } = body as Record<string, unknown>;
  return (
    <>
      {typeof reason === 'string' && <Text size="sm">{reason}</Text>}
      {Object.entries(rest).map(([name, value]) => (
        <Text key={name} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {`${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`}
        </Text>
      ))}
    </>
  );
}
