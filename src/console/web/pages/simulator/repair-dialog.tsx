import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { simulatorTexts } from './texts.ts';
import { usePlaces } from './use-places.ts';
import type { Order } from './use-simulator.ts';

interface RepairDialogProps {
  station: string;
  bay: string;
  order: Order;
  close: () => void;
}

/** Packs of the station that stand on the lift or a berth of the bay, as the ledger has them. */
function useLoosePacks(station: string, bay: string) {
  return useQuery({
    queryKey: ['batteries', 'loose', station, bay],
    staleTime: 0,
    queryFn: async () => {
      const kinds = ['lift', 'berth'] as const;
      const pages = await Promise.all(
        kinds.map((place) => bodyOf(api.batteries.$get({ query: { station, place, limit: '50' } }))),
      );
      return pages
        .flatMap(({ items }) => items)
        .filter(({ place }) => place?.place.startsWith(`${station}/bay/${bay}/`));
    },
  });
}

/** A mechanic puts a bay in order by hand. */
export function RepairDialog({ station, bay, order, close }: RepairDialogProps) {
  const say = useTexts(simulatorTexts);
  const loose = useLoosePacks(station, bay);
  return (
    <Modal opened onClose={close} title={say('repair.title', { n: bay })} centered>
      <Stack>
        <Text size="sm">{say('repair.about')}</Text>
        {loose.isPending && <PageSkeleton rows={2} />}
        {loose.error && <ErrorPanel error={loose.error} retry={() => void loose.refetch()} />}
        {loose.data && <RepairForm {...{ station, bay, order, close }} packs={loose.data} />}
      </Stack>
    </Modal>
  );
}

function RepairForm({ station, bay, order, close, packs }: RepairDialogProps & { packs: readonly Battery[] }) {
  const say = useTexts(simulatorTexts);
  const { free } = usePlaces(station);
  const [inCar, setInCar] = useState('');
  const [slots, setSlots] = useState<Readonly<Record<string, string>>>({});
  const submit = async () => {
    const stow = packs
      .filter(({ code }) => code !== inCar && slots[code])
      .map(({ code }) => ({ pack: code, slot: Number(slots[code]?.slice('slot/'.length)) }));
    if (await order({ type: 'repair', bay, vehiclePack: inCar || null, stow }, say('repair.done', { n: bay }))) close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack>
        <NativeSelect
          label={say('repair.vehicle')}
          value={inCar}
          onChange={(event) => setInCar(event.currentTarget.value)}
          data={[
            { value: '', label: say('repair.asItIs') },
            ...packs.map(({ code }) => ({ value: code, label: code })),
          ]}
        />
        {packs
          .filter(({ code }) => code !== inCar)
          .map(({ code, place }) => (
            <NativeSelect
              key={code}
              label={say('repair.stow', { code, place: place?.place.slice(station.length + 1) ?? '' })}
              value={slots[code] ?? ''}
              onChange={(event) => setSlots({ ...slots, [code]: event.currentTarget.value })}
              data={[{ value: '', label: say('repair.stay') }, ...free]}
            />
          ))}
        <Group justify="flex-end">
          <Button type="submit">{say('repair.submit')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
