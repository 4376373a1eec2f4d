import { Grid, NativeSelect, Title } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Reservation } from '../../../../../schema/wire/api/reservation.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { FleetFrame } from '../fleet/frame.tsx';
import { portalTexts } from '../fleet/portal-texts.ts';
import { ReserveForm } from './reserve-form.tsx';
import { ReservationTable } from './table.tsx';
import { reserveTexts } from './texts.ts';

const states = ['open', 'kept', 'broken', 'noShow', 'cancelled'] as const;

/** Reserving a pack for a car, and what became of the promises. */
export default function ReservePage() {
  const say = useTexts(reserveTexts);
  return (
    <FleetFrame title={say('title')} about={say('about')}>
      {(fleet) => (
        <Grid gap="md" key={fleet}>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <ReserveForm fleet={fleet} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <Promises fleet={fleet} />
          </Grid.Col>
        </Grid>
      )}
    </FleetFrame>
  );
}

function Promises({ fleet }: { fleet: string }) {
  const say = useTexts(reserveTexts);
  const names = useTexts(portalTexts);
  const queries = useQueryClient();
  const [state, setState] = useState<Reservation['state'] | 'all'>('open');
  const list = usePages(
    ['reservations', 'list', fleet, state],
    (page) => bodyOf(api.reservations.$get({ query: { fleet, ...(state === 'all' ? {} : { state }), ...page } })),
    { limit: 25, refetchInterval: 5_000 },
  );
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('promises')}
      </Title>
      <NativeSelect
        aria-label={say('filter')}
        value={state}
        maw={220}
        mb="xs"
        data={[
          ...states.map((each) => ({ value: each, label: names(`reservation.${each}`) })),
          { value: 'all', label: say('all') },
        ]}
        onChange={(event) => setState(event.currentTarget.value as typeof state)}
      />
      <ReservationTable
        list={list}
        empty={<Empty icon={IconCalendarOff} title={say('empty.title')} text={say('empty.text')} />}
        changed={() => void queries.invalidateQueries({ queryKey: ['reservations'] })}
      />
    </section>
  );
}
