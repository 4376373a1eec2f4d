import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { simulatorTexts } from './texts.ts';

interface PlaceChoice {
  value: string;
  label: string;
}

/** Places of a station by name: every slot, and those where a pack stands or may stand. */
export function usePlaces(station: string): { slots: PlaceChoice[]; filled: PlaceChoice[]; free: PlaceChoice[] } {
  const say = useTexts(simulatorTexts);
  const formats = useFormats();
  const slots = useAll('slot', station).toSorted((a, b) => a.slot - b.slot);
  const bays = useAll('bay', station).toSorted((a, b) => Number(a.bay) - Number(b.bay));
  const named = slots.map(({ slot, pack }) => ({
    pack,
    value: `slot/${slot}`,
    label: say(pack ? 'place.slotFilled' : 'place.slotEmpty', { n: slot, soc: formats.pct(pack?.socPct) }),
  }));
  const inBays = bays.flatMap(({ bay }) => [
    { value: `bay/${bay}/vehicle`, label: say('place.vehicle', { bay }) },
    { value: `bay/${bay}/lift`, label: say('place.lift', { bay }) },
    ...[1, 2].map((n) => ({ value: `bay/${bay}/berth/${n}`, label: say('place.berth', { bay, n }) })),
  ]);
  const choice = ({ value, label }: PlaceChoice): PlaceChoice => ({ value, label });
  return {
    slots: named.map(choice),
    filled: [...named.filter(({ pack }) => pack !== null).map(choice), ...inBays],
    free: named.filter(({ pack }) => pack === null).map(choice),
  };
}
