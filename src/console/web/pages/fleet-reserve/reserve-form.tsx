import { Autocomplete, Button, Card, Checkbox, NativeSelect, NumberInput, Stack, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alternative, ReservationBody } from '../../../../../schema/wire/api/reservation.ts';
import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { AlternativeCard } from './alternative-card.tsx';
import { PromiseCard } from './promise-card.tsx';
import { reserveTexts } from './texts.ts';
import { instantsOf, usualWindow } from './window.ts';
import { WindowFields } from './window-fields.tsx';

/** What is asked for, and the answer: the promise, or why not and what could be had instead. */
export function ReserveForm({ fleet }: { fleet: string }) {
  const say = useTexts(reserveTexts);
  const queries = useQueryClient();
  const [car, setCar] = useState('');
  const [station, setStation] = useState('best');
  const [window, setWindow] = useState(() => usualWindow(Date.now()));
  const [minSoc, setMinSoc] = useState(80);
  const [acceptBelowFloor, setAcceptBelowFloor] = useState(false);
  const cars = useCars(fleet);
  const vehicle = cars.find(({ plate, vin }) => car === vin || car === plate)?.vin ?? car.trim().toUpperCase();
  const instants = instantsOf(window);
  const intent = useIntent();
  const booking = useMutation({
    mutationFn: (json: ReservationBody) => intent((header) => bodyOf(api.reservations.$post({ header, json }))),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['reservations'] }),
  });
  const reserve = (at: string) => {
    if (instants !== null) booking.mutate({ vehicle, station: at, ...instants, minSoc, acceptBelowFloor });
  };
  const alternative = booking.error instanceof Problem ? (booking.error.alternative as Alternative | null) : null;
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h4" mb="sm">
        {say('reserve')}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          reserve(station);
        }}
      >
        <Stack gap="sm">
          <Autocomplete
            label={say('vehicle')}
            description={say('vehicleHint')}
            data={cars.map(({ plate, vin }) => plate ?? vin)}
            value={car}
            onChange={setCar}
            limit={50}
            required
          />
          <StationField value={station} change={setStation} />
          <WindowFields value={window} change={setWindow} />
          <NumberInput
            label={say('minSoc')}
            description={say('minSocHint')}
            value={minSoc}
            min={10}
            max={100}
            suffix=" %"
            onChange={(next) => setMinSoc(Number(next))}
          />
          <Checkbox
            label={say('acceptBelowFloor')}
            checked={acceptBelowFloor}
            onChange={(event) => setAcceptBelowFloor(event.currentTarget.checked)}
          />
          <Button type="submit" loading={booking.isPending} disabled={vehicle === '' || instants === null}>
            {say('reserveButton')}
          </Button>
          <div aria-live="polite">
            {booking.data && <PromiseCard reservation={booking.data} />}
            {booking.error && <ErrorPanel error={booking.error} />}
            {alternative && <AlternativeCard alternative={alternative} take={() => reserve(alternative.station)} />}
          </div>
        </Stack>
      </form>
    </Card>
  );
}

function useCars(fleet: string) {
  const { data } = useQuery({
    queryKey: ['vehicles', 'choices', fleet],
    queryFn: () => bodyOf(api.vehicles.$get({ query: { fleet, limit: '200' } })),
  });
  return data?.items ?? [];
}

function StationField({ value, change }: { value: string; change: (station: string) => void }) {
  const say = useTexts(reserveTexts);
  const { data } = useQuery({
    queryKey: ['stations', 'choices'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
  });
  return (
    <NativeSelect
      label={say('station')}
      value={value}
      data={[
        { value: 'best', label: say('best') },
        ...(data?.items ?? []).map(({ id, name, readyPacks }) => ({
          value: id,
          label: say('stationChoice', { id, name, ready: readyPacks }),
        })),
      ]}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
