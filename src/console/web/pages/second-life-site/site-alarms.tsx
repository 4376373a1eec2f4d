import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Site } from '../../../../../schema/wire/api/second-life.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useNoticeWords } from '../../parts/notice-words.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { usePeopleOf, useSiteAlarms } from '../alarms/data.ts';
import { type Doing, DoingDialog } from '../alarms/dialogs.tsx';
import { keyOf, ofSiteAlarm, worstFirst } from '../alarms/notice.ts';
import { NoticeCard } from '../alarms/notice-card.tsx';
import { useTake } from '../alarms/use-take.ts';
import { siteTexts } from './texts.ts';

/** What is wrong at the site now, with who has seen it and who sees to it; and what was. */
export function SiteAlarms({ site: { id, station } }: { site: Site }) {
  const say = useTexts(siteTexts);
  const alarms = useSiteAlarms();
  const standing = (alarms.data ?? []).filter((each) => each.station === id).sort(worstFirst);
  const people = usePeopleOf([{ kind: 'siteAlarm', station: id }]);
  const take = useTake();
  const [doing, setDoing] = useState<Doing | null>(null);
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('alarm.title')}
      </Title>
      {station !== null && (
        <Text size="sm" c="dimmed" mb="xs">
          {say('alarm.faults')}{' '}
          <Anchor component={Link} to="/alarms" inherit>
            {say('alarm.there', { station })}
          </Anchor>
        </Text>
      )}
      {alarms.error && <ErrorPanel error={alarms.error} retry={() => void alarms.refetch()} />}
      <Stack gap="xs" mb="sm">
        {alarms.data && standing.length === 0 && <Text>{say('alarm.none')}</Text>}
        {standing.map((notice) => (
          <NoticeCard key={keyOf(notice)} notice={notice} people={people} begin={setDoing} take={take} />
        ))}
      </Stack>
      <Past site={id} />
      {doing && <DoingDialog act={doing.act} notice={doing.notice} close={() => setDoing(null)} />}
    </section>
  );
}

function Past({ site }: { site: string }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const words = useNoticeWords();
  const list = usePages(
    ['alarms', 'past-of-site', site],
    (page) =>
      bodyOf(api['second-life-sites'][':id'].alarms.$get({ param: { id: site }, query: { ...page, active: 'false' } })),
    { limit: 10 },
  );
  if (list.items.length === 0 && !list.error) return null;
  return (
    <PagedTable
      label={say('alarm.past')}
      list={list}
      keyOf={({ id }) => id}
      empty={null}
      columns={[
        { head: say('alarm.past'), cell: ({ code }) => words.kind(code) },
        { head: say('alarm.detail'), cell: (each) => words.detail({ ...ofSiteAlarm(each) }) },
        { head: say('alarm.from'), cell: ({ raisedAt }) => formats.dayAndTime(raisedAt) },
        { head: say('alarm.to'), cell: ({ clearedAt }) => (clearedAt === null ? '–' : formats.dayAndTime(clearedAt)) },
        {
          head: say('alarm.seen'),
          cell: ({ acknowledgedAt, acknowledgedNote }) =>
            acknowledgedAt === null ? '–' : `${formats.dayAndTime(acknowledgedAt)} ${acknowledgedNote ?? ''}`,
        },
      ]}
    />
  );
}
