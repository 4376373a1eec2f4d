import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { FieldError } from '../../../../schema/wire/api/problem.ts';
import { Problem, Unreachable } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { partTexts } from './texts.ts';

interface ErrorPanelProps {
  error: unknown;
  retry?: (() => void) | undefined;
  /** What is said against fields that do not show it themselves; all of it when left out. */
  fields?: () => readonly FieldError[];
}

/** What went wrong in words, what a person can do, and the number to tell support. */
export function ErrorPanel({ error, retry, fields }: ErrorPanelProps) {
  const say = useTexts(partTexts);
  const problem = error instanceof Problem ? error : null;
  const against = fields?.() ?? problem?.fields ?? [];
  const words = problem?.detail || (error instanceof Unreachable ? say('unreachable') : String(error));
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={problem?.message ?? say('failed')} role="alert">
      <Text size="sm">{words}</Text>
      {against.length > 0 && (
        <List size="sm" mt="xs">
          {against.map(({ pointer, parameter, detail }) => (
            <List.Item key={`${pointer}${parameter}${detail}`}>
              <code>{pointer ?? parameter}</code> {detail}
            </List.Item>
          ))}
        </List>
      )}
      <Group mt="sm" gap="md">
        {retry && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            {say('retry')}
          </Button>
        )}
        {problem?.requestId && (
          <Text size="xs" c="dimmed">
            {say('requestId', { id: problem.requestId })}
          </Text>
        )}
      </Group>
    </Alert>
  );
}
