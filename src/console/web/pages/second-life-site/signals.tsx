import { Button, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { SignalDialog } from './signal-dialog.tsx';
import { siteTexts } from './texts.ts';

/** What the grid demanded of the site, the last first. */
export function Signals({ site }: { site: string }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const mayTell = isOneOf(useCaller(), ['admin', 'operations']);
  const [telling, setTelling] = useState(false);
  const list = usePages(
    ['second-life-sites', 'signals', site],
    (page) => bodyOf(api['second-life-sites'][':id'].signals.$get({ param: { id: site }, query: page })),
    { limit: 10 },
  );
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('signal.title')}
        </Title>
        {mayTell && (
          <Button size="xs" variant="default" onClick={() => setTelling(true)}>
            {say('signal.new')}
          </Button>
        )}
      </Group>
      <PagedTable
        label={say('signal.title')}
        list={list}
        keyOf={({ id }) => String(id)}
        empty={<Text c="dimmed">{say('signal.none')}</Text>}
        columns={[
          { head: say('signal.type'), cell: ({ type }) => say(`signal.types.${type}`) },
          {
            head: say('signal.limit'),
            cell: ({ limitW }) => (limitW === null ? say('signal.takenBack') : formats.kW(limitW)),
            right: true,
          },
          { head: say('signal.from'), cell: ({ from }) => formats.dayAndTime(from) },
          { head: say('signal.to'), cell: ({ to }) => formats.dayAndTime(to) },
          { head: say('signal.reference'), cell: ({ reference }) => reference ?? '–' },
          { head: say('signal.by'), cell: ({ by }) => by },
        ]}
      />
      {telling && <SignalDialog site={site} close={() => setTelling(false)} />}
    </section>
  );
}
