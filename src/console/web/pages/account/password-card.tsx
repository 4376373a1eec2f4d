import { Alert, Button, Card, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { queryClient } from '../../app/query-client.ts';
import { useCaller } from '../../app/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { accountTexts } from './texts.ts';

export function PasswordCard() {
  const say = useTexts(accountTexts);
  const { session } = useCaller();
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        {say('password.title')}
      </Title>
      {session?.method === 'oidc' ? <Text size="sm">{say('password.elsewhere')}</Text> : <PasswordForm />}
    </Card>
  );
}

function PasswordForm() {
  const say = useTexts(accountTexts);
  const { email } = useCaller();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => bodyOf(api.session.password.$put({ json: { current, next } })),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      await queryClient.invalidateQueries();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack gap="sm">
        <input type="hidden" autoComplete="username" value={email ?? ''} readOnly />
        <PasswordInput
          label={say('password.current')}
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label={say('password.next')}
          description={say('password.hint')}
          autoComplete="new-password"
          required
          minLength={15}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {say('password.note')}
        </Text>
        {change.error && <ErrorPanel error={change.error} />}
        {change.isSuccess && (
          <Alert color="green" icon={<IconCheck aria-hidden />} role="status">
            {say('password.done')}
          </Alert>
        )}
        <Button type="submit" loading={change.isPending}>
          {say('password.submit')}
        </Button>
      </Stack>
    </form>
  );
}
