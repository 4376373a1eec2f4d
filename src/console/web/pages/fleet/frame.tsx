import { Button, Group, NativeSelect } from '@mantine/core';
import { IconBuildingCommunity } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { portalTexts } from './portal-texts.ts';
import { type FleetChoice, useFleet } from './use-fleet.ts';

const parts = {
  overview: '/fleet',
  reserve: '/fleet/reserve',
  leases: '/fleet/leases',
  statements: '/fleet/statements',
  disputes: '/fleet/disputes',
} as const;

interface FrameProps {
  title: string;
  about?: string;
  /** The page, of the fleet that is looked at. */
  children: (fleet: string) => ReactNode;
}

/** What the pages of a fleet have in common: whose they are, and the way from one to another. */
export function FleetFrame({ title, about, children }: FrameProps) {
  const say = useTexts(portalTexts);
  const choice = useFleet();
  return (
    <>
      <PageTitle title={title} about={about}>
        <FleetSelect choice={choice} />
      </PageTitle>
      <FleetNav />
      {choice.error ? <ErrorPanel error={choice.error} /> : null}
      {choice.isPending && <PageSkeleton />}
      {!choice.isPending && choice.fleet === null && (
        <Empty icon={IconBuildingCommunity} title={say('noFleet.title')} text={say('noFleet.text')} />
      )}
      {choice.fleet !== null && children(choice.fleet)}
    </>
  );
}

function FleetSelect({ choice: { fleet, choices, choose } }: { choice: FleetChoice }) {
  const say = useTexts(portalTexts);
  const { language } = useLanguage();
  if (choices === null || fleet === null) return null;
  return (
    <NativeSelect
      aria-label={say('fleet')}
      value={fleet}
      data={choices.map(({ id, name, nameEn }) => ({
        value: id,
        label: language === 'en' ? (nameEn ?? name) : name,
      }))}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

function FleetNav() {
  const say = useTexts(portalTexts);
  const { pathname } = useLocation();
  return (
    <Group component="nav" gap={4} mb="md" aria-label={say('nav')}>
      {(Object.keys(parts) as (keyof typeof parts)[]).map((part) => {
        const isHere = part === 'overview' ? pathname === parts[part] : pathname.startsWith(parts[part]);
        return (
          <Button
            key={part}
            component={Link}
            to={parts[part] as never}
            size="compact-md"
            variant={isHere ? 'light' : 'subtle'}
            aria-current={isHere ? 'page' : false}
          >
            {say(`part.${part}`)}
          </Button>
        );
      })}
    </Group>
  );
}
