import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Alarm, Incident } from '../../../../../schema/wire/api/log.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { useNoticeWords, useStationPlaceWords } from '../../parts/notice-words.ts';
import { type Notice, ofAlarm, ofIncident, worstFirst } from '../alarms/notice.ts';
import { boardTexts } from './texts.ts';

/** These a bay says itself, or a notice of their own does. */
const saidElsewhere: ReadonlySet<string> = new Set(['needsPerson', 'bayHeld', 'foreignJournal']);
const shownAtMost = 3;

/** What is wrong with the station beside its bays: the worst first, one line of each kind at a place. */
export function troubleOf(alarms: readonly Alarm[], incidents: readonly Incident[]): Notice[] {
  const open = [
    ...alarms.filter(({ clearedAt }) => clearedAt === null).map(ofAlarm),
    ...incidents.filter(({ closedAt }) => closedAt === null).map(ofIncident),
  ].filter(({ code }) => !saidElsewhere.has(code));
  // An alarm and its incident are one thing to whoever looks at the board.
  const seen = new Set<string>();
  return open.toSorted(worstFirst).filter(({ code, detail, id }) => {
    const key = `${code} ${detail || id}`;
    return !seen.has(key) && seen.add(key);
  });
}

export function StationTrouble({ station }: { station: string }) {
  const say = useTexts(boardTexts);
  const words = useNoticeWords();
  const placeWords = useStationPlaceWords(station);
  const troubles = troubleOf(useAll('alarm', station), useAll('incident', station));
  if (troubles.length === 0) return null;
  const grave = troubles.some(({ level }) => (level ?? 0) >= 3);
  return (
    <Alert
      color={grave ? 'red' : 'yellow'}
      icon={<IconAlertTriangle aria-hidden />}
      title={say('trouble.title')}
      p="sm"
      data-testid="trouble"
    >
      <List size="sm">
        {troubles.slice(0, shownAtMost).map((notice) => {
          const { id, kind, code, level, place, packs } = notice;
          const where = [place === null ? null : placeWords(place), ...packs].filter((part) => part !== null);
          return (
            <List.Item key={`${kind} ${id}`}>
              <b>{words.kind(code)}</b>
              {level === null ? '' : ` (${say('trouble.level', { n: level })})`}
              {': '}
              {words.detail(notice) || where.join(' · ')}
            </List.Item>
          );
        })}
      </List>
      <Text size="sm" mt={4}>
        <Anchor component={Link} to="/alarms" inherit c="inherit" underline="always" fw={600}>
          {troubles.length > shownAtMost
            ? say('trouble.more', { n: troubles.length - shownAtMost })
            : say('trouble.alarms')}
        </Anchor>
      </Text>
    </Alert>
  );
}
