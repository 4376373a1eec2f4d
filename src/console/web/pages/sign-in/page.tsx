import { Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconBatteryAutomotive } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { LanguageChoice, SchemeChoice } from '../../app/preferences.tsx';
import { queryClient } from '../../app/query-client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { signInTexts } from './texts.ts';

/** Where to go after sign-in: only ever a place of our own. */
function wantedPlace(): string {
  const from = new URLSearchParams(window.location.search).get('from') ?? '/';
  const place = new URL(from, window.location.origin);
  return place.origin === window.location.origin ? `${place.pathname}${place.search}` : '/';
}

export default function SignInPage() {
  const say = useTexts(signInTexts);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => bodyOf(api.session.$post({ json: { email, password } })),
    onSuccess: () => {
      queryClient.clear();
      window.location.assign(wantedPlace());
    },
  });
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--mantine-color-default-hover)">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate();
          }}
        >
          <Stack>
            <Group justify="space-between">
              <Group gap="xs">
                <IconBatteryAutomotive aria-hidden color="var(--mantine-primary-color-filled)" />
                <Title order={1} size="h3">
                  Pitlane
                </Title>
              </Group>
              <Group gap={2}>
                <LanguageChoice />
                <SchemeChoice />
              </Group>
            </Group>
            <Text c="dimmed" size="sm">
              {say('about')}
            </Text>
            <TextInput
              label={say('email')}
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={say('password')}
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {signIn.error && <ErrorPanel error={signIn.error} />}
            <Button type="submit" loading={signIn.isPending}>
              {say('submit')}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
