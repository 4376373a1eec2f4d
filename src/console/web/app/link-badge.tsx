import { Alert, Badge } from '@mantine/core';
import { IconAntennaBars5, IconAntennaBarsOff, IconLoader } from '@tabler/icons-react';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { useLink } from '../live/use-live.ts';
import { shellTexts } from './texts.ts';

const looks = {
  live: { color: 'green', Picture: IconAntennaBars5 },
  connecting: { color: 'gray', Picture: IconLoader },
  late: { color: 'red', Picture: IconAntennaBarsOff },
  signedOut: { color: 'red', Picture: IconAntennaBarsOff },
} as const;

/** Whether what is shown is as it is now. */
export function LinkBadge() {
  const say = useTexts(shellTexts);
  const { state } = useLink();
  if (state === 'idle') return null;
  const { color, Picture } = looks[state];
  return (
    <Badge
      color={color}
      variant="light"
      size="lg"
      flex="none"
      leftSection={<Picture size={14} aria-hidden />}
      data-testid="link"
      data-link={state}
      role="status"
    >
      {state === 'signedOut' ? say('link.late') : say(`link.${state}`)}
    </Badge>
  );
}

/** Over the whole width while the stream is not live: nobody may take old data for new. */
export function LinkBanner() {
  const say = useTexts(shellTexts);
  const formats = useFormats();
  const { state, heardAt } = useLink();
  if (state !== 'late' && state !== 'signedOut') return null;
  const words =
    state === 'signedOut'
      ? say('link.signedOut')
      : heardAt === null
        ? say('link.lateNever')
        : say('link.lateLong', { at: formats.time(heardAt) });
  return (
    <Alert color="red" variant="filled" radius={0} mb="sm" role="alert" data-testid="link-banner">
      {words}
    </Alert>
  );
}
