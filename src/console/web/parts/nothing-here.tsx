import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { type Icon, IconLock, IconMapPinOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { partTexts } from './texts.ts';

interface EmptyProps {
  icon: Icon;
  title: string;
  text?: string;
  /** It is all there is on the page. */
  whole?: boolean;
  children?: ReactNode;
}

/** In the place of what is not there: says why, and what would bring it. */
export function Empty({ icon: Picture, title, text, whole = false, children }: EmptyProps) {
  return (
    <Center mih={220} p="lg">
      <Stack align="center" gap="xs" maw={440} ta="center">
        <Picture size={40} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
        <Title order={whole ? 1 : 2} size="h4">
          {title}
        </Title>
        {text && <Text c="dimmed">{text}</Text>}
        {children}
      </Stack>
    </Center>
  );
}

const BackHome = () => {
  const say = useTexts(partTexts);
  return (
    <Button component="a" href="/" variant="light" mt="sm">
      {say('back')}
    </Button>
  );
};

export function NotFound() {
  const say = useTexts(partTexts);
  return (
    <Empty icon={IconMapPinOff} title={say('notFound.title')} text={say('notFound.text')} whole>
      <BackHome />
    </Empty>
  );
}

export function Forbidden() {
  const say = useTexts(partTexts);
  return (
    <Empty icon={IconLock} title={say('forbidden.title')} text={say('forbidden.text')} whole>
      <BackHome />
    </Empty>
  );
}
