import { Alert, Button, Text } from '@mantine/core';
import { IconArrowsSplit } from '@tabler/icons-react';
import type { Alternative } from '../../../../../schema/wire/api/reservation.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { reserveTexts } from './texts.ts';

interface AlternativeCardProps {
  alternative: Alternative;
  take?: () => void;
}

/** Another station that could keep the promise. Nothing is held there yet. */
export function AlternativeCard({ alternative, take }: AlternativeCardProps) {
  const say = useTexts(reserveTexts);
  const formats = useFormats();
  const { station, driveMs, waitMs, roadKm, readyPacks, reason } = alternative;
  return (
    <Alert
      mt="sm"
      color="yellow"
      icon={<IconArrowsSplit aria-hidden />}
      title={say('instead', { station })}
      data-testid="alternative"
    >
      <Text size="sm">{reason}</Text>
      <Text size="sm">
        {say('insteadFacts', {
          km: formats.tenth(roadKm),
          drive: formats.clock(driveMs),
          wait: formats.clock(waitMs),
          ready: readyPacks,
        })}
      </Text>
      {take && (
        <Button mt="xs" size="xs" onClick={take}>
          {say('take', { station })}
        </Button>
      )}
    </Alert>
  );
}
