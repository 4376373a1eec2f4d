import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ErrorPanel } from './error-panel.tsx';
import { drawFields, type Fields } from './field-errors.ts';
import { partTexts } from './texts.ts';

interface ConfirmDialogProps {
  title: string;
  /** What will happen, and whether it can be taken back. */
  consequence?: string;
  confirm: string;
  dangerous?: boolean;
  children?: Fields;
  /** Whether what is to be filled in is filled in. */
  complete?: boolean;
  /** Done when it returns; a refusal is shown and the dialog stays. */
  act: () => Promise<unknown>;
  close: () => void;
  /** For much to fill in. */
  wide?: boolean;
}

/** Asks once more, or for what has to be filled in, and shows what the service answers. No reason is asked: see `ReasonDialog`. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, consequence, confirm, dangerous = false, children, complete = true, act, close, wide = false } = props;
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
  const fields = drawFields(children, error);
  return (
    <Modal opened onClose={close} title={title} centered size={wide ? 'lg' : 'md'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void submit();
        }}
      >
        <Stack>
          {consequence && <Text size="sm">{consequence}</Text>}
          {fields.drawn}
          {error !== null && <ErrorPanel error={error} fields={fields.elsewhere} />}
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
