import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconBatteryAutomotive } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LanguageChoice, SchemeChoice } from '../app/preferences.tsx';
import { useDocumentTitle } from '../app/title.ts';

/** What stands around the pages for those who are not signed in. */
export function Door({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  useDocumentTitle(title);
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--mantine-color-default-hover)">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <Stack>
          <Group justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap">
              <IconBatteryAutomotive aria-hidden color="var(--mantine-color-anchor)" />
              <Title order={1} size="h3">
                Pitlane
              </Title>
            </Group>
            <Group gap={2} wrap="nowrap">
              <LanguageChoice />
              <SchemeChoice />
            </Group>
          </Group>
          <Text c="dimmed" size="sm">
            {about}
          </Text>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
