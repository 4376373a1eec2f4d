import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { useNoticeWords, useStationPlaceWords } from '../../parts/notice-words.ts';
import { boardTexts } from './texts.ts';
import { troubleOf } from './trouble.ts';

const shownAtMost = 3;
/** A slot is locked, or worse. */
const graveLevel = 3;

interface StationTroubleProps {
  station: string;
  /** What cannot wait stands above the bays, the rest below them. */
  grave: boolean;
}

/** What is wrong with the station beside its bays, in words, and the way to where something is done about it. */
export function StationTrouble({ station, grave }: StationTroubleProps) {
  const say = useTexts(boardTexts);
  const words = useNoticeWords();
  const placeWords = useStationPlaceWords(station);
  const troubles = troubleOf(useAll('alarm', station), useAll('incident', station));
  if (troubles.length === 0 || troubles.some(({ level }) => (level ?? 0) >= graveLevel) !== grave) return null;
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
