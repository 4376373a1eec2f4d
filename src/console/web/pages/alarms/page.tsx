import { ActionIcon, Group, NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconBellOff, IconBellRinging, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { beep, useAlarmSound } from '../../app/alarm-watch.ts';
import { useCaller } from '../../app/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useFollow, useLink } from '../../live/use-live.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { usePast, usePeopleOf, useSiteAlarms } from './data.ts';
import { type Doing, DoingDialog } from './dialogs.tsx';
import { type Choice, fits, isOpen, isUnseen, keyOf, ofAlarm, ofIncident, worstFirst } from './notice.ts';
import { NoticeCard } from './notice-card.tsx';
import { alarmsTexts } from './texts.ts';
import { useTake } from './use-take.ts';

/** As many cards as a person reads; who has more to see narrows the choice. */
const mostShown = 100;

export default function AlarmsPage() {
  const say = useTexts(alarmsTexts);
  const caller = useCaller();
  useFollow({ only: ['station', 'alarm', 'incident'] });
  const { known } = useLink();
  const atSites = useSiteAlarms();
  const live = [...useAll('alarm').map(ofAlarm), ...useAll('incident').map(ofIncident), ...(atSites.data ?? [])];
  const unseen = live.filter(isUnseen);
  const [sound, setSound] = useAlarmSound();
  const [choice, setChoice] = useState<Choice>({ view: 'open', leastLevel: 1, station: '' });
  const past = usePast(choice.station, choice.view === 'past');
  const [doing, setDoing] = useState<Doing | null>(null);
  const shown = (choice.view === 'past' ? (past.data ?? []) : live.toSorted(worstFirst))
    .filter((each) => fits(each, choice, caller.id))
    .slice(0, mostShown);
  const people = usePeopleOf(shown);
  const take = useTake();
  const waiting = choice.view === 'past' ? past.isPending : !known;
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <Text size="sm">
          {say('count.unseen', { n: unseen.length })} · {say('count.open', { n: live.filter(isOpen).length })}
        </Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={say(sound ? 'sound.on' : 'sound.off')}
          aria-pressed={sound}
          onClick={() => {
            setSound(!sound);
            // So that one hears what to listen for, and that the computer can be heard.
            if (!sound) beep();
          }}
        >
          {sound ? <IconBellRinging size={18} aria-hidden /> : <IconBellOff size={18} aria-hidden />}
        </ActionIcon>
      </PageTitle>
      <Filters choice={choice} change={(next) => setChoice({ ...choice, ...next })} />
      {past.error && choice.view === 'past' && <ErrorPanel error={past.error} retry={() => void past.refetch()} />}
      {waiting && <PageSkeleton />}
      {!waiting && shown.length === 0 && (
        <Empty icon={IconCircleCheck} title={say('empty.title')} text={say('empty.text')} />
      )}
      <Stack gap="xs">
        {shown.map((notice) => (
          <NoticeCard key={keyOf(notice)} notice={notice} people={people} begin={setDoing} take={take} />
        ))}
      </Stack>
      {doing && <DoingDialog act={doing.act} notice={doing.notice} close={() => setDoing(null)} />}
    </>
  );
}

function Filters({ choice, change }: { choice: Choice; change: (next: Partial<Choice>) => void }) {
  const say = useTexts(alarmsTexts);
  const stations = useAll('station').toSorted((a, b) => a.id.localeCompare(b.id));
  return (
    <Group mb="sm" gap="sm" align="flex-end">
      <SegmentedControl
        aria-label={say('view.label')}
        value={choice.view}
        onChange={(view) => change({ view: view as Choice['view'] })}
        data={(['open', 'unseen', 'mine', 'past'] as const).map((value) => ({ value, label: say(`view.${value}`) }))}
      />
      <NativeSelect
        aria-label={say('level.label')}
        value={String(choice.leastLevel)}
        onChange={(event) => change({ leastLevel: Number(event.currentTarget.value) })}
        data={(['any', 'two', 'three', 'four'] as const).map((name, index) => ({
          value: String(index + 1),
          label: say(`level.${name}`),
        }))}
      />
      <NativeSelect
        aria-label={say('station.label')}
        value={choice.station}
        onChange={(event) => change({ station: event.currentTarget.value })}
        data={[
          { value: '', label: say('station.any') },
          ...stations.map(({ id, name }) => ({ value: id, label: `${id} ${name}` })),
        ]}
      />
    </Group>
  );
}
