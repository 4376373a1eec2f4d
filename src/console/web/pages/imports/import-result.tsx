import { Alert, Button, Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { FileImport } from '../../../../../schema/wire/api/import.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { ImportStateBadge } from './import-state.tsx';
import { RowErrors } from './row-errors.tsx';
import type { Sending } from './send-file.ts';
import { importsTexts } from './texts.ts';
import { SendProgress, useSending } from './upload-form.tsx';
import { isOver, useImport } from './use-import.ts';

interface ImportResultProps {
  id: string;
  /** The file, where it was only checked and may now be brought in. */
  checked: Sending | null;
  sent: (id: string, sending: Sending) => void;
  close: () => void;
}

/** How far an import is, what came of it, and what was wrong. */
export function ImportResult({ id, checked, sent, close }: ImportResultProps) {
  const say = useTexts(importsTexts);
  const now = useImport(id);
  if (now.error && !now.data) return <ErrorPanel error={now.error} retry={() => void now.refetch()} />;
  if (!now.data) return <PageSkeleton rows={3} />;
  const { data } = now;
  return (
    <Card withBorder data-import={data.state}>
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2} size="h4">
              {say(`kind.${data.kind}`)}
            </Title>
            <ImportStateBadge of={data} />
          </Group>
          <Button variant="default" onClick={close}>
            {say('again')}
          </Button>
        </Group>
        {!now.live && <Text size="sm">{say('lost')}</Text>}
        {!isOver(data) && <Going of={data} />}
        {data.failure !== null && <Alert color="red" title={data.failure} role="alert" />}
        <Counts of={data} />
        {checked !== null && data.state === 'done' && <Enter of={data} checked={checked} sent={sent} />}
        {isOver(data) && <RowErrors id={id} />}
      </Stack>
    </Card>
  );
}

function Going({ of }: { of: FileImport }) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  const intent = useIntent();
  const [error, setError] = useState<unknown>(null);
  const words = say('progress', { checked: formats.whole(of.checked), rows: formats.whole(of.rows) });
  const stop = () =>
    intent((header) => bodyOf(api.imports[':id'].cancel.$post({ param: { id: of.id }, header }))).catch(setError);
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {words}
      </Text>
      <Progress value={of.rows === 0 ? 0 : (of.checked / of.rows) * 100} animated aria-label={words} />
      {of.state !== 'applying' && (
        <Button variant="default" onClick={() => void stop()} w="fit-content">
          {say('cancel')}
        </Button>
      )}
      {error !== null && <ErrorPanel error={error} />}
    </Stack>
  );
}

function Counts({ of }: { of: FileImport }) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  const figures = [
    [say('result.rows'), of.rows],
    [say(of.dryRun ? 'resultDry.inserted' : 'result.inserted'), of.inserted],
    [say(of.dryRun ? 'resultDry.updated' : 'result.updated'), of.updated],
    [say('result.unchanged'), of.unchanged],
    [say('result.rejected'), of.rejected],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text size="xl" fw={700}>
            {formats.whole(value)}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

interface EnterProps {
  of: FileImport;
  checked: Sending;
  sent: (id: string, sending: Sending) => void;
}

/** The second step: what the check found is said again beside the button. */
function Enter({ of, checked, sent }: EnterProps) {
  const say = useTexts(importsTexts);
  const { part, error, send } = useSending(sent);
  const { file, kind, mode } = checked;
  const { inserted, updated, unchanged } = of;
  return (
    <Alert
      color="blue"
      icon={<IconInfoCircle aria-hidden />}
      title={say('dryDone')}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap="sm">
        <Text size="sm">{say('enterAbout', { inserted, updated, unchanged })}</Text>
        {part !== null && <SendProgress part={part} />}
        {error !== null && <ErrorPanel error={error} />}
        <Button
          w="fit-content"
          loading={part !== null}
          disabled={inserted + updated === 0}
          onClick={() => send({ file, kind, mode, dryRun: false })}
        >
          {say('enter', { n: inserted + updated })}
        </Button>
      </Stack>
    </Alert>
  );
}
