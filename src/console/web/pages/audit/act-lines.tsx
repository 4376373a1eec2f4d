import { Badge, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Act } from '../../../../../schema/wire/api/act.ts';
import { actKinds } from '../../../../../schema/wire/api/act-kinds.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { actTexts } from './act-texts.ts';
import { dayFilter } from './day-filter.ts';
import { auditTexts } from './texts.ts';

const nothing = { actor: '', kind: '', object: '', date: '' };

/** Every change, with who asked for it; and who was refused at the door. */
export function ActLines() {
  const say = useTexts(auditTexts);
  const sayAct = useTexts(actTexts);
  const formats = useFormats();
  const [written, setWritten] = useState(nothing);
  const [{ actor, kind, object, date }] = useDebouncedValue(written, 400);
  const chosen = actKinds.find((each) => each === kind);
  const filter = {
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
    ...(chosen === undefined ? {} : { kind: chosen }),
    ...(object.trim() === '' ? {} : { object: object.trim() }),
    ...dayFilter(date),
  };
  const list = usePages(['acts', filter], (page) => bodyOf(api.acts.$get({ query: { ...filter, ...page } })));
  return (
    <>
      <Filters written={written} change={setWritten} />
      <PagedTable
        label={say('acts')}
        list={list}
        keyOf={({ id }) => String(id)}
        minWidth={820}
        empty={<Empty icon={IconListSearch} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          { head: say('when'), cell: ({ at }) => formats.dayAndTime(at) },
          { head: say('who'), cell: (line) => <Actor line={line} /> },
          { head: say('what'), cell: (line) => <What line={line} /> },
          {
            head: say('thing'),
            cell: ({ kind: of, object: id }) => (
              <>
                <Text size="xs" c="dimmed">
                  {sayAct(`kinds.${of}`)}
                </Text>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {id ?? '–'}
                </Text>
              </>
            ),
          },
          { head: say('why'), cell: ({ reason }) => reason ?? '–' },
          {
            head: say('request'),
            cell: ({ request, address }) => (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {[request, address].filter((part) => part !== null).join(' · ') || '–'}
              </Text>
            ),
          },
        ]}
      />
    </>
  );
}

function Filters({ written, change }: { written: typeof nothing; change: (next: typeof nothing) => void }) {
  const say = useTexts(auditTexts);
  const sayAct = useTexts(actTexts);
  const text = (name: 'actor' | 'object', placeholder: string) => (
    <TextInput
      label={say(name)}
      placeholder={placeholder}
      value={written[name]}
      onChange={(event) => change({ ...written, [name]: event.currentTarget.value })}
    />
  );
  return (
    <Group mb="md" align="flex-end">
      {text('actor', 'user:u…')}
      <NativeSelect
        label={say('kind')}
        value={written.kind}
        data={[
          { value: '', label: say('allKinds') },
          ...actKinds.map((kind) => ({ value: kind, label: sayAct(`kinds.${kind}`) })),
        ]}
        onChange={(event) => change({ ...written, kind: event.currentTarget.value })}
      />
      {text('object', 'l-…')}
      <TextInput
        type="date"
        label={say('day')}
        value={written.date}
        onChange={(event) => change({ ...written, date: event.currentTarget.value })}
      />
    </Group>
  );
}

function Actor({ line: { actor } }: { line: Act }) {
  const say = useTexts(auditTexts);
  if (actor === null) return <Text size="sm">{say('unknown')}</Text>;
  const about = [actor.name === null ? null : actor.id, actor.organisation].filter((part) => part !== null);
  return (
    <>
      <Text size="sm">{actor.name ?? actor.id}</Text>
      {about.length > 0 && (
        <Text size="xs" c="dimmed">
          {about.join(' · ')}
        </Text>
      )}
    </>
  );
}

function What({ line: { what, detail, members, outcome } }: { line: Act }) {
  const say = useTexts(auditTexts);
  const sayAct = useTexts(actTexts);
  const about = [detail, members === null ? null : members.join(', ')].filter((part) => part !== null && part !== '');
  return (
    <>
      <Group gap="xs">
        <Text size="sm">{sayAct(`names.${what}`)}</Text>
        {outcome === 'refused' && (
          <Badge color="orange" variant="light" size="sm">
            {say('refused')}
          </Badge>
        )}
      </Group>
      {about.length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {about.join(' · ')}
        </Text>
      )}
    </>
  );
}
