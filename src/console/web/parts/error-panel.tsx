import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Problem, Unreachable } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { partTexts } from './texts.ts';

/** What went wrong in words, what a person can do, and the number to tell support. */
export function ErrorPanel({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const say = useTexts(partTexts);
  const problem = error instanceof Problem ? error : null;
  const words = problem?.detail || (error instanceof Unreachable ? say('unreachable') : String(error));
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={problem?.message ?? say('failed')} role="alert">
      <Text size="sm">{words}</Text>
      {problem && problem.fields.length > 0 && (
        <List size="sm" mt="xs">
          {problem.fields.map(({ pointer, parameter, detail }) => (
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
