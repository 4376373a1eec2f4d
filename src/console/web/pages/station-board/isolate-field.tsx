import { Select } from '@mantine/core';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { boardTexts } from './texts.ts';

interface IsolateFieldProps {
  bay: Bay;
  pack: string | null;
  choose: (pack: string | null) => void;
}

/** The packs that the shuttle can take: those in the slots. */
export function IsolateField({ bay, pack, choose }: IsolateFieldProps) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  const data = useAll('slot', bay.station)
    .toSorted((a, b) => a.slot - b.slot)
    .flatMap(({ slot, pack: here }) =>
      here
        ? [{ value: here.code, label: `${here.code} · ${say('isolate.in', { slot, soc: formats.pct(here.socPct) })}` }]
        : [],
    );
  return (
    <Select
      label={say('isolate.pack')}
      data={data}
      value={pack}
      onChange={choose}
      searchable
      required
      nothingFoundMessage={say('isolate.none')}
    />
  );
}
