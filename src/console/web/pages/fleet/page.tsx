import { Alert, Anchor, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconCar, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Figure } from '../../parts/figure.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useNow } from '../../parts/use-now.ts';
import { usePages } from '../../parts/use-pages.ts';
import { FleetFrame } from './frame.tsx';
import { fleetTexts } from './texts.ts';

/** A fleet at a glance: its promises, its money, what stops its cars, and where they are. */
export default function FleetPage() {
  const say = useTexts(fleetTexts);
  return (
    <FleetFrame title={say('title')} about={say('about')}>
      {(fleet) => (
        <Stack gap="md" key={fleet}>
          <Figures fleet={fleet} />
          <Stopped fleet={fleet} />
          <Vehicles fleet={fleet} />
        </Stack>
      )}
    </FleetFrame>
  );
}

function Figures({ fleet }: { fleet: string }) {
  const say = useTexts(fleetTexts);
  const formats = useFormats();
  const kpi = useQuery({
    queryKey: ['reservations', 'kpi', fleet],
    queryFn: () => bodyOf(api.reservations.kpi.$get({ query: { fleet } })),
    refetchInterval: 60_000,
  });
  const open = useQuery({
    queryKey: ['reservations', 'open', 'fleet', fleet],
    queryFn: () => bodyOf(api.reservations.$get({ query: { fleet, state: 'open', limit: '200' } })),
    refetchInterval: 15_000,
  });
  const statements = useQuery({
    queryKey: ['statements', 'newest', fleet],
    queryFn: () => bodyOf(api.statements.$get({ query: { party: fleet, limit: '36' } })),
  });
  const total = kpi.data?.total;
  const balances = statements.data?.items.map(({ balance }) => balance) ?? [];
  const openFen = balances.reduce((sum, balance) => sum + (balance?.openFen ?? 0), 0);
  const overdueFen = balances.reduce((sum, each) => sum + (each?.state === 'overdue' ? each.openFen : 0), 0);
  const share = total?.keptShare;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <Figure
        label={say('kept.label')}
        value={formats.pct(share === null || share === undefined ? null : share * 100)}
        {...(total ? { note: say('kept.note', { kept: total.kept, broken: total.broken, noShow: total.noShow }) } : {})}
      />
      <Figure
        label={say('promises.label')}
        value={formats.whole(open.data?.items.length)}
        note={say('promises.note')}
      />
      <Figure
        label={say('open.label')}
        value={statements.data ? formats.money(openFen) : '–'}
        note={say('open.note')}
      />
      <Figure
        label={say('overdue.label')}
        value={statements.data ? formats.money(overdueFen) : '–'}
        note={say(overdueFen > 0 ? 'overdue.some' : 'overdue.none')}
      />
    </SimpleGrid>
  );
}

/** Leases that stop the next swap: a driver would find out at the bay. */
function Stopped({ fleet }: { fleet: string }) {
  const say = useTexts(fleetTexts);
  const ask = (state: 'inArrears' | 'suspended') => ({
    queryKey: ['leases', 'state', fleet, state],
    queryFn: () => bodyOf(api.leases.$get({ query: { lessee: fleet, state, limit: '200' } })),
  });
  const inArrears = useQuery(ask('inArrears'));
  const suspended = useQuery(ask('suspended'));
  const stopped = [...(inArrears.data?.items ?? []), ...(suspended.data?.items ?? [])].filter(
    ({ blocks }) => blocks !== null,
  );
  if (stopped.length === 0) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={say('stopped.title', { n: stopped.length })}>
      <Text size="sm">{stopped.map(({ vehicle }) => vehicle).join(', ')}</Text>
      <Anchor component={Link} to={'/fleet/leases' as never} size="sm">
        {say('stopped.why')}
      </Anchor>
    </Alert>
  );
}

function Vehicles({ fleet }: { fleet: string }) {
  const say = useTexts(fleetTexts);
  const formats = useFormats();
  const now = useNow(30_000);
  const [wanted, setWanted] = useState('');
  const [plate] = useDebouncedValue(wanted.trim(), 300);
  const list = usePages(['vehicles', fleet, plate], (page) =>
    bodyOf(api.vehicles.$get({ query: { fleet, ...(plate === '' ? {} : { plate }), ...page } })),
  );
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('vehicles')}
      </Title>
      <TextInput
        aria-label={say('findPlate')}
        placeholder={say('findPlate')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        maw={320}
        mb="xs"
      />
      <PagedTable
        label={say('vehicles')}
        list={list}
        keyOf={({ vin }) => vin}
        minWidth={1100}
        empty={<Empty icon={IconCar} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          {
            head: say('plate'),
            cell: ({ plate: written, vin }) => (
              <Text size="sm" fw={600}>
                {written ?? vin}
              </Text>
            ),
          },
          { head: say('vin'), cell: ({ vin }) => <Text size="sm">{vin}</Text> },
          { head: say('lastStation'), cell: ({ lastStation }) => lastStation ?? '–' },
          { head: say('lastSeen'), cell: ({ lastSeenAt }) => formats.ago(lastSeenAt, now) },
          { head: say('swaps'), cell: ({ swapCount }) => formats.whole(swapCount), right: true },
          { head: say('odometer'), cell: ({ odometerKm }) => `${formats.whole(odometerKm)} km`, right: true },
          {
            head: say('pack'),
            cell: ({ pack }) =>
              pack === null ? (
                '–'
              ) : (
                <Anchor component={Link} to={`/batteries/${pack}` as never} size="xs">
                  {pack}
                </Anchor>
              ),
          },
          {
            head: say('lease'),
            cell: ({ leasedSince }) =>
              leasedSince === null ? say('noLease') : say('leasedSince', { day: formats.day(leasedSince) }),
          },
        ]}
      />
    </section>
  );
}
