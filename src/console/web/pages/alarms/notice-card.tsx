import { Anchor, Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconCheck, IconInfoCircle, IconUserQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { StationPerson } from '../../../../../schema/wire/api/log.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useNoticeWords, useStationPlaceWords } from '../../parts/notice-words.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { Doing } from './dialogs.tsx';
import { isOpen, type Notice } from './notice.ts';
import { alarmsTexts } from './texts.ts';

interface NoticeCardProps {
  notice: Notice;
  people: ReadonlyMap<string, StationPerson>;
  begin: (doing: Doing) => void;
  take: (notice: Notice) => void;
}

const actors = ['admin', 'operations', 'staff', 'maintenance'] as const;
const looks = [
  { color: 'gray', icon: IconInfoCircle },
  { color: 'blue', icon: IconInfoCircle },
  { color: 'yellow', icon: IconAlertTriangle },
  { color: 'orange', icon: IconAlertTriangle },
  { color: 'red', icon: IconAlertOctagon },
] as const;

export function NoticeCard({ notice, people, begin, take }: NoticeCardProps) {
  const say = useTexts(alarmsTexts);
  const formats = useFormats();
  const words = useNoticeWords();
  const placeWords = useStationPlaceWords(notice.station);
  const { level, code, station, bay, place, swap, at, endedAt, times } = notice;
  const detail = words.detail(notice);
  const look = level === null ? { color: 'grape', icon: IconUserQuestion } : (looks[level] ?? looks[0]);
  const facts = [
    station,
    ...(bay === null ? [] : [say('bay', { n: bay })]),
    ...(place === null ? [] : [placeWords(place)]),
    ...(swap === null ? [] : [say('swap', { id: swap })]),
    say('since', { at: formats.dayAndTime(at) }),
    ...(endedAt === null ? [] : [say('over', { at: formats.dayAndTime(endedAt) })]),
    ...(times > 1 ? [say('times', { n: times })] : []),
  ];
  return (
    <Card withBorder padding="sm" component="article" data-notice={notice.id}>
      <Stack gap={6}>
        <Group gap="xs">
          <StateBadge
            color={look.color}
            icon={look.icon}
            words={level === null ? say('person') : say('levelIs', { n: level })}
          />
          <Text fw={600}>{words.kind(code)}</Text>
          <Badge variant="default" tt="none" fw={400}>
            {say(`kind.${notice.kind}`)}
          </Badge>
        </Group>
        {detail !== '' && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {detail}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
          {notice.packs
            .filter((pack) => !detail.includes(pack))
            .map((pack) => (
              <Fragment key={pack}>
                {' · '}
                <Anchor component={Link} to={`/batteries/${pack}`} inherit>
                  {pack}
                </Anchor>
              </Fragment>
            ))}
        </Text>
        <Standing notice={notice} people={people} />
        <Acts notice={notice} begin={begin} take={take} />
      </Stack>
    </Card>
  );
}

/** Who has seen it, and who sees to it. */
function Standing({ notice, people }: Pick<NoticeCardProps, 'notice' | 'people'>) {
  const say = useTexts(alarmsTexts);
  const formats = useFormats();
  const caller = useCaller();
  const nameOf = (id: string | null) => (id === caller.id ? say('me') : (people.get(id ?? '')?.name ?? id ?? ''));
  const { acknowledgedAt, acknowledgedBy, acknowledgedNote, assignedTo } = notice;
  return (
    <Text size="sm">
      {acknowledgedAt === null ? (
        <b>{say('unseen')}</b>
      ) : (
        <>
          <IconCheck size={14} aria-hidden />{' '}
          {say('seenBy', { who: nameOf(acknowledgedBy), at: formats.dayAndTime(acknowledgedAt) })}
          {acknowledgedNote === null ? '' : `: ${acknowledgedNote}`}
        </>
      )}
      {' · '}
      {assignedTo === null ? say('nobody') : say('givenTo', { who: nameOf(assignedTo) })}
    </Text>
  );
}

function Acts({ notice, begin, take }: Omit<NoticeCardProps, 'people'>) {
  const say = useTexts(alarmsTexts);
  const caller = useCaller();
  const may = isOneOf(caller, actors) && isOpen(notice);
  return (
    <Group gap="xs">
      {may && notice.acknowledgedAt === null && (
        <Button size="xs" onClick={() => begin({ act: 'acknowledge', notice })}>
          {say('acknowledge')}
        </Button>
      )}
      {may && notice.assignedTo !== caller.id && caller.kind === 'user' && (
        <Button size="xs" variant="light" onClick={() => take(notice)}>
          {say('take')}
        </Button>
      )}
      {may && (
        <Button size="xs" variant="default" onClick={() => begin({ act: 'give', notice })}>
          {say('give')}
        </Button>
      )}
      {may && notice.kind === 'incident' && (
        <Button size="xs" variant="default" onClick={() => begin({ act: 'close', notice })}>
          {say('close')}
        </Button>
      )}
      {notice.eventN !== null && (
        <Button size="xs" variant="default" onClick={() => begin({ act: 'events', notice })}>
          {say('events')}
        </Button>
      )}
      {notice.kind === 'siteAlarm' ? (
        <Button size="xs" variant="subtle" component={Link} to={`/second-life/${notice.station}`}>
          {say('site')}
        </Button>
      ) : (
        isOneOf(caller, actors) && (
          <Button size="xs" variant="subtle" component={Link} to={`/stations/${notice.station}`}>
            {say('board')}
          </Button>
        )
      )}
    </Group>
  );
}
