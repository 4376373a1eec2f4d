import { Radio, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ActionBody } from '../../../../../schema/wire/api/action.ts';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll, useOne } from '../../live/use-live.ts';
import { useStationPlaceWords } from '../../parts/notice-words.ts';
import { boardTexts } from './texts.ts';

type Resolution = NonNullable<ActionBody['resolution']>;

const outcomes = ['completed', 'rolled-back'] as const;
const outcomeText = { completed: 'resolve.completed', 'rolled-back': 'resolve.rolledBack' } as const;

/** Every pack that took part: those of the swap, and those its incident names. */
function usePacks(bay: Bay): string[] {
  const swap = useOne('swap', bay.swap ?? '');
  const incidents = useAll('incident', bay.station);
  const named = incidents.flatMap((each) => (each.swap === bay.swap && each.closedAt === null ? each.packs : []));
  return [...new Set([swap?.packOut, swap?.packIn, ...named].filter((code) => code != null))];
}

/** Outcome and places are handed up once nothing is missing. */
export function ResolveFields({ bay, fill }: { bay: Bay; fill: (resolution: Resolution | null) => void }) {
  const say = useTexts(boardTexts);
  const codes = usePacks(bay);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [places, setPlaces] = useState<Readonly<Record<string, string>>>({});
  const twice = findTwice(codes.map((code) => places[code]));
  const tell = (nextOutcome: string | null, nextPlaces: Readonly<Record<string, string>>) => {
    setOutcome(nextOutcome);
    setPlaces(nextPlaces);
    const chosen = outcomes.find((each) => each === nextOutcome);
    const packs = codes.flatMap((code) => (nextPlaces[code] ? [{ code, place: nextPlaces[code] }] : []));
    const whole = chosen && packs.length === codes.length && findTwice(packs.map(({ place }) => place)) === null;
    fill(whole ? { outcome: chosen, packs } : null);
  };
  return (
    <Stack gap="sm">
      <Radio.Group label={say('resolve.outcome')} value={outcome} onChange={(next) => tell(next, places)} required>
        <Stack gap={6} mt={6}>
          {outcomes.map((each) => (
            <Radio key={each} value={each} label={say(outcomeText[each])} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" fw={500}>
        {say('resolve.packs')}
      </Text>
      {codes.map((code) => (
        <PlaceField
          key={code}
          bay={bay}
          code={code}
          place={places[code] ?? null}
          twice={twice !== null && places[code] === twice}
          choose={(place) => tell(outcome, { ...places, [code]: place })}
        />
      ))}
    </Stack>
  );
}

const many = /^(unknown|workshop|truck|delivery)/;
function findTwice(places: readonly (string | undefined)[]): string | null {
  const taken = new Set<string>();
  for (const place of places) {
    if (place === undefined || many.test(place)) continue;
    if (taken.has(place)) return place;
    taken.add(place);
  }
  return null;
}

interface PlaceFieldProps {
  bay: Bay;
  code: string;
  place: string | null;
  twice: boolean;
  choose: (place: string) => void;
}

/** Where one pack is. What the ledger believes is told, never filled in: somebody has to look. */
function PlaceField({ bay, code, place, twice, choose }: PlaceFieldProps) {
  const say = useTexts(boardTexts);
  const { data: pack } = useQuery({
    queryKey: ['batteries', 'one', code],
    queryFn: () => bodyOf(api.batteries[':code'].$get({ param: { code } })),
  });
  const options = usePlaces(bay, code);
  const placeWords = useStationPlaceWords(bay.station);
  const believed = pack?.place?.place;
  return (
    <Select
      label={say('resolve.place', { code })}
      placeholder={say('resolve.choose')}
      {...(believed === undefined ? {} : { description: say('resolve.believed', { place: placeWords(believed) }) })}
      {...(twice ? { error: say('resolve.twice') } : {})}
      data={options}
      value={place}
      onChange={(next) => next !== null && choose(next)}
      searchable
      required
    />
  );
}

/** The car, the bay's own places, the empty slots and that of this pack, the boxes, and outside. */
function usePlaces(bay: Bay, code: string) {
  const say = useTexts(boardTexts);
  const slots = useAll('slot', bay.station);
  const berths = useOne('station', bay.station)?.bays.find((each) => each.bay === bay.bay)?.berths ?? 1;
  const swap = useOne('swap', bay.swap ?? '');
  const vin = bay.vehicle ?? swap?.vehicle;
  const free = slots
    .filter(({ pack }) => pack === null || pack.code === code)
    .toSorted((a, b) => a.slot - b.slot)
    .map(({ slot: n }) => ({ value: `slot/${n}`, label: say('resolve.places.slot', { n }) }));
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  return [
    ...(vin ? [{ value: `vehicle/${vin}`, label: say('resolve.places.vehicle', { vin }) }] : []),
    { value: `bay/${bay.bay}/lift`, label: say('resolve.places.lift') },
    ...numbers(berths).map((n) => ({ value: `bay/${bay.bay}/berth/${n}`, label: say('resolve.places.berth', { n }) })),
    ...free,
    ...numbers(2).map((n) => ({ value: `isolation/${n}`, label: say('resolve.places.isolation', { n }) })),
    ...(['workshop', 'truck', 'delivery', 'unknown'] as const).map((value) => ({
      value,
      label: say(`resolve.places.${value}`),
    })),
  ];
}
