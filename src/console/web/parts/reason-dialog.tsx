import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ErrorPanel } from './error-panel.tsx';
import { drawFields, type Fields } from './field-errors.ts';
import { partTexts } from './texts.ts';

interface ReasonDialogProps {
  title: string;
  /** What will happen, and whether it can be taken back. */
  consequence: string;
  confirm: string;
  /** Moves something, or cannot be taken back. */
  dangerous?: boolean;
  /** More to fill in, and whether it is filled in. */
  children?: Fields;
  complete?: boolean;
  /** Done when it returns; a refusal is shown and the dialog stays. */
  act: (reason: string) => Promise<unknown>;
  close: () => void;
}

/** Asks why, says what will happen, and shows what the service answers. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, consequence, confirm, dangerous = false, children, complete = true, act, close } = props;
  const say = useTexts(partTexts);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const tooShort = reason.trim().length < 3;

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await act(reason.trim());
      close();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  const fields = drawFields(children, error);
  return (
    <Modal opened onClose={close} title={title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!tooShort && complete && !busy) void submit();
        }}
      >
        <Stack>
          <Text size="sm">{consequence}</Text>
          {fields.drawn}
          <TextInput
            label={say('reason.label')}
            description={say('reason.hint')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={200}
            required
            data-autofocus
          />
          {error !== null && <ErrorPanel error={error} fields={fields.elsewhere} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {say('cancel')}
            </Button>
            <Button type="submit" color={dangerous ? 'red' : 'lane'} loading={busy} disabled={tooShort || !complete}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
