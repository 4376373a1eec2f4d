import { useCallback } from 'react';
import type { placeKind } from '../../../../schema/wire/api/battery.ts';
import { useTexts } from '../i18n/texts.ts';
import { packTexts } from './pack-texts.ts';

export interface PlaceView {
  kind: (typeof placeKind.options)[number];
  place: string;
}

/** `bj-001/slot/17` as a person would say it. */
export function usePlaceWords(): (place: PlaceView | null) => string {
  const say = useTexts(packTexts);
  return useCallback(
    (place) => {
      if (place === null) return '–';
      const { kind, place: name } = place;
      const [station = '', , n = ''] = name.split('/');
      if (kind === 'slot') return say('at.slot', { station, n });
      if (kind === 'isolation') return say('at.isolation', { station, n });
      if (kind === 'unknown') return say('place.unknown');
      const rest = name.startsWith(`${kind}/`) ? name.slice(kind.length + 1) : name === kind ? '' : name;
      return say('at.named', { kind: say(`place.${kind}`), name: rest }).trim();
    },
    [say],
  );
}
