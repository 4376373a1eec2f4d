import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconLoader } from '@tabler/icons-react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { simulatorTexts } from './texts.ts';
import type { Asked } from './use-simulator.ts';

const looks = {
  waiting: { Picture: IconLoader, color: 'var(--mantine-color-dimmed)' },
  done: { Picture: IconCheck, color: 'var(--mantine-color-green-filled)' },
  refused: { Picture: IconAlertTriangle, color: 'var(--mantine-color-red-filled)' },
} as const;

/** What was asked of the simulator and what it said, newest first. */
export function AskedList({ asked }: { asked: readonly Asked[] }) {
  const say = useTexts(simulatorTexts);
  return (
    <Card withBorder padding="sm">
      <Title order={3} size="h5" mb="xs">
        {say('asked.title')}
      </Title>
      <Stack gap={6} role="log" aria-live="polite" mah={260} style={{ overflowY: 'auto' }} tabIndex={0}>
        {asked.length === 0 && (
          <Text size="sm" c="dimmed">
            {say('asked.empty')}
          </Text>
        )}
        {asked.map((each) => (
          <AskedLine key={each.n} asked={each} />
        ))}
      </Stack>
    </Card>
  );
}

function AskedLine({ asked: { at, what, state, why } }: { asked: Asked }) {
  const say = useTexts(simulatorTexts);
  const formats = useFormats();
  const { Picture, color } = looks[state];
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" data-answer={state}>
      <Picture size={16} aria-hidden color={color} style={{ flexShrink: 0, marginTop: 2 }} />
      <Text size="sm">
        <Text span c="dimmed" size="xs">
          {formats.time(at)}
        </Text>{' '}
        {what}: {say(`asked.${state}`)}
        {why !== null && `. ${why}`}
      </Text>
    </Group>
  );
}
