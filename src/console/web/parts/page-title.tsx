import { Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDocumentTitle } from '../app/title.ts';

interface PageTitleProps {
  title: string;
  about?: string | undefined;
  /** What can be done with the page as a whole. */
  children?: ReactNode;
}

export function PageTitle({ title, about, children }: PageTitleProps) {
  useDocumentTitle(title);
  return (
    <Group justify="space-between" align="flex-end" mb="md" gap="sm">
      <Box>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {about && (
          <Text c="dimmed" size="sm">
            {about}
          </Text>
        )}
      </Box>
      {children && <Group gap="sm">{children}</Group>}
    </Group>
  );
}
