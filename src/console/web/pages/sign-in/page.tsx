import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Door } from '../../parts/door.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { signInTexts } from './texts.ts';

/** Where to go after sign-in: only ever a place of our own. */
function wantedPlace(): string {
  const from = new URLSearchParams(window.location.search).get('from') ?? '/';
  try {
    const place = new URL(from, window.location.origin);
    return place.origin === window.location.origin ? `${place.pathname}${place.search}` : '/';
  } catch {
    return '/';
  }
}

/** Whether there is an OpenID provider, the service writes into the page. */
const hasOpenId = document.querySelector('meta[name=pitlane-openid]') !== null;

export default function SignInPage() {
  const say = useTexts(signInTexts);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => bodyOf(api.session.$post({ json: { email, password } })),
    // A new page is loaded: nothing of whoever was here before stays.
    onSuccess: () => window.location.assign(wantedPlace()),
  });
  return (
    <Door title={say('title')} about={say('about')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack>
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
          <Button type="submit" loading={signIn.isPending || signIn.isSuccess}>
            {say('submit')}
          </Button>
        </Stack>
      </form>
      {hasOpenId && (
        <>
          <Divider label={say('or')} />
          <Button
            component="a"
            href={`/auth/oidc/start?returnTo=${encodeURIComponent(wantedPlace())}`}
            variant="default"
            leftSection={<IconBuilding size={18} aria-hidden />}
          >
            {say('oidc')}
          </Button>
        </>
      )}
    </Door>
  );
}
