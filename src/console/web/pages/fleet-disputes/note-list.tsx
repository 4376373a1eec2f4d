import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconReceiptRefund } from '@tabler/icons-react';
import { useState } from 'react';
import type { NoteView } from '../../../../../schema/wire/api/note.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { numbered } from '../statement/numbered.ts';
import { NoteDialog } from './note-dialog.tsx';
import { notesTexts } from './notes-texts.ts';

/** What has been given back to a party, or asked of it later, line by line. */
export function NoteList({ party }: { party: string }) {
  const say = useTexts(notesTexts);
  const formats = useFormats();
  const mayIssue = isOneOf(useCaller(), ['admin', 'operations']);
  const [issuing, setIssuing] = useState(false);
  const list = usePages(['notes', 'list', party], (page) => bodyOf(api.notes.$get({ query: { party, ...page } })), {
    limit: 25,
  });
  return (
    <section>
      <Group justify="space-between" mt="lg" mb="xs">
        <Title order={2} size="h4">
          {say('title')}
        </Title>
        {mayIssue && (
          <Button size="xs" variant="default" onClick={() => setIssuing(true)}>
            {say('issue')}
          </Button>
        )}
      </Group>
      <PagedTable
        label={say('title')}
        list={list}
        keyOf={({ id }) => id}
        minWidth={520}
        empty={<Empty icon={IconReceiptRefund} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          { head: say('issued'), cell: ({ issuedAt }) => formats.dayAndTime(issuedAt) },
          { head: say('bill'), cell: ({ swap, corrects, statement }) => swap ?? corrects ?? statement ?? '–' },
          { head: say('what'), cell: (note) => <Said note={note} /> },
          { head: say('amount'), cell: ({ totalFen }) => formats.money(totalFen), right: true },
        ]}
      />
      {issuing && <NoteDialog statement="" close={() => setIssuing(false)} />}
    </section>
  );
}

function Said({ note }: { note: NoteView }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{note.text}</Text>
      {numbered(note.lines).map(({ line, number }) => (
        <Text key={number} size="xs" c="dimmed">
          {line.text}
        </Text>
      ))}
    </Stack>
  );
}
