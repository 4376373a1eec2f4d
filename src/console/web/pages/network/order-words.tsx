import { Button, Group, List, Popover, Stack, Text } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.ts';
import { networkTexts } from './texts.ts';
import { TroubleBadge } from './trouble-badge.tsx';
import { longWaitMs, troubles } from './worst-first.ts';

/** Says in words how stations are ordered, as `worst-first.ts` does it. */
export function OrderWords() {
  const say = useTexts(networkTexts);
  return (
    <Popover width={440} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button variant="subtle" size="xs" leftSection={<IconHelp size={16} aria-hidden />}>
          {say('why.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="92vw">
        <Stack gap="xs">
          <Text size="sm">{say('why.intro')}</Text>
          <List type="ordered" size="sm" spacing={4}>
            {troubles.map((trouble) => (
              <List.Item key={trouble}>
                <Group gap={6} display="inline-flex">
                  <TroubleBadge trouble={trouble} />
                  <Text size="xs">{say(`why.${trouble}`, { minutes: longWaitMs / 60_000 })}</Text>
                </Group>
              </List.Item>
            ))}
          </List>
          <Text size="xs">{say('why.ties')}</Text>
          <Text size="xs">{say('why.calm')}</Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
