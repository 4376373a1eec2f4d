import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { statementTexts } from './texts.ts';

interface DisputeDialogProps {
  /** A receipt or a statement, whole or one line. */
  bill: { statement: string; line?: number } | { swap: string; line?: number };
  /** The line in words. */
  about: string;
  close: () => void;
}

/** Says that a bill is wrong; then where to follow what becomes of it. */
export function DisputeDialog({ bill, about, close }: DisputeDialogProps) {
  const say = useTexts(statementTexts);
  const queries = useQueryClient();
  const send = useIntent();
  const [opened, setOpened] = useState(false);
  const done = useRef(false);
  if (opened) {
    return (
      <Modal opened onClose={close} title={say('opened')} centered>
        <Stack>
          <Text size="sm">{say('openedText')}</Text>
          <Anchor component={Link} to={'/fleet/disputes' as never}>
            {say('toDisputes')}
          </Anchor>
        </Stack>
      </Modal>
    );
  }
  return (
    <ReasonDialog
      title={say('disputeTitle')}
      consequence={say('disputeAbout', { what: about })}
      confirm={say('disputeButton')}
      act={async (reason) => {
        await send((header) => bodyOf(api.disputes.$post({ header, json: { ...bill, reason } })));
        await queries.invalidateQueries({ queryKey: ['disputes'] });
        void queries.invalidateQueries({ queryKey: ['statements'] });
        done.current = true;
        setOpened(true);
      }}
      close={() => {
        if (!done.current) close();
      }}
    />
  );
}
