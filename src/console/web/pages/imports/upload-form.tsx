import { Button, Card, Group, Progress, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ImportKind } from '../../../../../schema/wire/api/import.ts';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { columnsOf, kindsFor } from './columns.ts';
import { DropField } from './drop-field.tsx';
import { type Sending, sendFile } from './send-file.ts';
import { importsTexts } from './texts.ts';

type Sent = (id: string, sending: Sending) => void;

/** What, how strictly, and the file; then it is checked, and nothing is changed. */
export function UploadForm({ sent }: { sent: Sent }) {
  const say = useTexts(importsTexts);
  const kinds = kindsFor(useCaller().role);
  const [kind, setKind] = useState<ImportKind>(kinds[0] ?? 'batteries');
  const [mode, setMode] = useState<Sending['mode']>('strict');
  const [file, setFile] = useState<File | null>(null);
  const { part, error, send } = useSending(sent);
  return (
    <Card withBorder>
      <Stack>
        <Group gap="lg">
          <div>
            <Text size="sm" fw={500} mb={4}>
              {say('kind.label')}
            </Text>
            <SegmentedControl
              aria-label={say('kind.label')}
              value={kind}
              onChange={(value) => setKind(value as ImportKind)}
              data={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))}
            />
          </div>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {say('mode.label')}
            </Text>
            <SegmentedControl
              aria-label={say('mode.label')}
              value={mode}
              onChange={(value) => setMode(value as Sending['mode'])}
              data={(['strict', 'partial'] as const).map((value) => ({ value, label: say(`mode.${value}`) }))}
            />
          </div>
        </Group>
        <DropField file={file} choose={setFile} hint={say('drop.sample', { columns: columnsOf[kind] })} />
        {part !== null && <SendProgress part={part} />}
        {error !== null && <ErrorPanel error={error} />}
        <Group>
          <Button
            leftSection={<IconFileCheck size={16} aria-hidden />}
            disabled={file === null}
            loading={part !== null}
            onClick={() => file && send({ kind, mode, dryRun: true, file })}
          >
            {say('check')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

export function SendProgress({ part }: { part: number }) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  const words = say('sending', { pct: formats.pct(part * 100) });
  return (
    <div>
      <Text size="sm">{words}</Text>
      <Progress value={part * 100} aria-label={words} />
    </div>
  );
}

/** A file on its way: how much has gone, and what the service said. The same file tried again is the same intent. */
export function useSending(sent: Sent) {
  const [part, setPart] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const intent = useRef<Sending | null>(null);
  const send = async (wanted: Omit<Sending, 'idempotencyKey'>) => {
    const { current } = intent;
    const same =
      current !== null &&
      current.file === wanted.file &&
      current.kind === wanted.kind &&
      current.mode === wanted.mode &&
      current.dryRun === wanted.dryRun;
    const sending = same ? current : { ...wanted, idempotencyKey: newIdempotencyKey() };
    intent.current = sending;
    setError(null);
    setPart(0);
    try {
      const { id } = await sendFile(sending, setPart);
      intent.current = null;
      sent(id, sending);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setPart(null);
    }
  };
  return { part, error, send: (wanted: Omit<Sending, 'idempotencyKey'>) => void send(wanted) };
}
