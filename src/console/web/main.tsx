import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/global.css';
import './app/schemas.ts';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { colours } from './app/colours.ts';
import { queryClient } from './app/query-client.ts';
import { reloadWhenReplaced } from './app/replaced.ts';
import { router } from './app/router.tsx';
import { readable, themeWith } from './app/theme.ts';
import { startLanguages, useTexts } from './i18n/texts.ts';
import { partTexts } from './parts/texts.ts';

const place = document.getElementById('root');
if (!place) throw new Error('the page has no place for the console');

// A page that the browser kept from before sign-out must not come back as it was.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload();
});
reloadWhenReplaced();
await startLanguages();
createRoot(place).render(
  <StrictMode>
    <Look>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>
  </StrictMode>,
);

function Look({ children }: { children: ReactNode }) {
  const close = useTexts(partTexts)('close');
  const theme = useMemo(() => themeWith(close), [close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readable}
      colorSchemeManager={colours}
      defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  );
}
