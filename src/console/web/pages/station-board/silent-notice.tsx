import { Alert } from '@mantine/core';
import { IconBroadcastOff } from '@tabler/icons-react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useOne } from '../../live/use-live.ts';
import { boardTexts } from './texts.ts';

/** What is below is not how it is now. */
export function SilentNotice({ station }: { station: string }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  const telemetry = useOne('telemetry', station);
  return (
    <Alert color="red" icon={<IconBroadcastOff aria-hidden />} title={say('silent.title')} role="alert">
      {say('silent.text')} {telemetry && say('silent.since', { at: formats.dayAndTime(telemetry.receivedAt) })}
    </Alert>
  );
}
