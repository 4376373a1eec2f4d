import { Alert, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Reservation } from '../../../../../schema/wire/api/reservation.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { reserveTexts } from './texts.ts';

/** The promise that was given. */
export function PromiseCard({ reservation: { station, from, to, promise, bay } }: { reservation: Reservation }) {
  const say = useTexts(reserveTexts);
  const formats = useFormats();
  return (
    <Alert color="green" icon={<IconCheck aria-hidden />} title={say('promised', { station })} data-testid="promise">
      <Text size="sm">
        {say('window', { day: formats.day(from), from: formats.minute(from), to: formats.minute(to) })}
      </Text>
      {promise && (
        <Text size="sm">
          {say('promisedPack', { pack: promise.pack, slot: promise.slot ?? '–' })} {say(`because.${promise.because}`)}
        </Text>
      )}
      {bay !== null && <Text size="sm">{say('bay', { bay })}</Text>}
    </Alert>
  );
}
