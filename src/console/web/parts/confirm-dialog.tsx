import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ErrorPanel } from './error-panel.tsx';
import { partTexts } from './texts.ts';

interface ConfirmDialogProps {
  title: string;
  /** What will happen, and whether it can be taken back. */
  consequence?: string;
  confirm: string;
  dangerous?: boolean;
  children?: ReactNode;
  /** Whether what is to be filled in is filled in. */
  complete?: boolean;
  /** Done when it returns; a refusal is shown and the dialog stays. */
  act: () => Promise<unknown>;
  close: () => void;
}

/** Asks once more, or for what has to be filled in, and shows what the service answers. No reason is asked: see `ReasonDialog`. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, consequence, confirm, dangerous = false, children, complete = true, act, close } = props;
  const say = useTexts(partTexts);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
      close();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void submit();
        }}
      >
        <Stack>
          {consequence && <Text size="sm">{consequence}</Text>}
          {children}
          {error !== null && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {say('cancel')}
            </Button>
            <Button type="submit" color={dangerous ? 'red' : 'lane'} loading={busy} disabled={!complete}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
