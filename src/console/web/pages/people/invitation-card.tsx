import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { partTexts } from '../../parts/texts.ts';
import { peopleTexts } from './texts.ts';

export interface ShownInvitation {
  name: string;
  token: string;
  expiresAt: string;
}

/** A link that is shown once, for the administrator to hand over. */
export function InvitationCard({ invited, close }: { invited: ShownInvitation; close: () => void }) {
  const say = useTexts(peopleTexts);
  const parts = useTexts(partTexts);
  const formats = useFormats();
  // The page takes it out of the address at once.
  const link = `${window.location.origin}/invitation?token=${invited.token}`;
  return (
    <Alert
      color="green"
      mb="md"
      icon={<IconMail aria-hidden />}
      title={say('invited', { name: invited.name })}
      withCloseButton
      closeButtonLabel={say('close')}
      onClose={close}
      data-testid="invitation"
    >
      <Text size="sm" mb="xs">
        {say('invitedText', { until: formats.dayAndTime(invited.expiresAt) })}
      </Text>
      <Group gap="xs">
        <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {link}
        </Code>
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button size="compact-sm" onClick={copy}>
              {parts(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
