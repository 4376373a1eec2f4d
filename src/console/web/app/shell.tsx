import { ActionIcon, Anchor, AppShell, Burger, Group, Menu, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconBatteryAutomotive, IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useLink } from '../live/use-live.ts';
import { Forbidden } from '../parts/nothing-here.tsx';
import { AlarmBell } from './alarm-bell.tsx';
import { useArrival } from './arrival.ts';
import { LinkBadge, LinkBanner } from './link-badge.tsx';
import { pages } from './pages.ts';
import { LanguageChoice, SchemeChoice } from './preferences.tsx';
import { isOneOf, leaveToSignIn, signOut, useCaller } from './session.ts';
import { shellTexts } from './texts.ts';

/** The frame: who is signed in, where one is, whether it is live. */
export function Shell() {
  const say = useTexts(shellTexts);
  const [opened, { toggle, close }] = useDisclosure(false);
  useArrival();
  const isPhone = useMediaQuery('(max-width: 47.99em)');
  const { state } = useLink();
  useEffect(() => {
    if (state === 'signedOut') leaveToSignIn();
  }, [state]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', md: 'md' }}
    >
      <AppShell.Header data-no-print>
        <Anchor href="#content" className="skip">
          {say('skip')}
        </Anchor>
        <Group h="100%" px={{ base: 'sm', sm: 'md' }} gap="xs" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say('menu')} />
            <IconBatteryAutomotive aria-hidden color="var(--mantine-color-anchor)" />
            {/* On a phone the room is for whether it is live. */}
            <Text fw={700} visibleFrom="xs">
              Pitlane
            </Text>
          </Group>
          <Group gap={6} wrap="nowrap">
            <LinkBadge />
            <AlarmBell />
            <LanguageChoice />
            <SchemeChoice />
            <Person />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" data-no-print inert={isPhone && !opened}>
        <ScrollArea>
          <PageMenu onChoose={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <LinkBanner />
        <Place />
      </AppShell.Main>
    </AppShell>
  );
}

/** The page, or word that it is for others: nothing has gone wrong then, and nothing of theirs is asked for. */
function Place() {
  const caller = useCaller();
  const roles = useRouterState({ select: ({ matches }) => matches.at(-1)?.staticData.roles });
  return roles && !isOneOf(caller, roles) ? <Forbidden /> : <Outlet />;
}

/** @param onChoose closes the menu where it lies over the page: on a phone. */
function PageMenu({ onChoose }: { onChoose: () => void }) {
  const say = useTexts(shellTexts);
  const caller = useCaller();
  const here = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav aria-label={say('menu')}>
      {pages
        .filter(({ menu, roles }) => menu && roles !== null && isOneOf(caller, roles))
        .map(({ path, name, icon: Picture }) => (
          <NavLink
            key={path}
            component={Link}
            to={path as never}
            onClick={onChoose}
            active={here === path || here.startsWith(`${path}/`)}
            label={say(`pages.${name}` as 'pages.signIn')}
            leftSection={<Picture size={18} stroke={1.6} aria-hidden />}
          />
        ))}
    </nav>
  );
}

function Person() {
  const say = useTexts(shellTexts);
  const caller = useCaller();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" radius="xl" aria-label={caller.name}>
          <IconUserCircle size={24} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {caller.name}
          </Text>
          <Text size="xs">{say(`role.${caller.role}`)}</Text>
          {caller.organisation && <Text size="xs">{caller.organisation.name}</Text>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to={'/account' as never} leftSection={<IconUser size={16} aria-hidden />}>
          {say('pages.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {say('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
