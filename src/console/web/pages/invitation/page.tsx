import { Anchor, Button, PasswordInput, Stack } from '@mantine/core';
import { IconMailOff } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Door } from '../../parts/door.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { invitationTexts } from './texts.ts';

/** Out of the address at once: what stands there is kept by browsers and seen by those who look on. */
function takeToken(): string {
  const token = new URLSearchParams(window.location.search).get('token') ?? '';
  if (token !== '') window.history.replaceState(window.history.state, '', '/invitation');
  return token;
}

export default function InvitationPage() {
  const say = useTexts(invitationTexts);
  const [token] = useState(takeToken);
  const [password, setPassword] = useState('');
  const answer = useMutation({
    mutationFn: () => bodyOf(api.session.invitation.$post({ json: { token, password } })),
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <Door title={say('title')} about={say('about')}>
      {token === '' ? (
        <Empty icon={IconMailOff} title={say('none.title')} text={say('none.text')}>
          <Anchor href="/sign-in">{say('none.signIn')}</Anchor>
        </Empty>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            answer.mutate();
          }}
        >
          <Stack>
            <PasswordInput
              label={say('password')}
              description={say('hint')}
              autoComplete="new-password"
              required
              minLength={15}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {answer.error && <ErrorPanel error={answer.error} />}
            <Button type="submit" loading={answer.isPending || answer.isSuccess}>
              {say('submit')}
            </Button>
          </Stack>
        </form>
      )}
    </Door>
  );
}
