import { NumberInput, Select, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Battery } from '../../../../../schema/wire/api/battery.ts';
import { type MovementTarget, movementTarget } from '../../../../../schema/wire/api/movement.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { packTexts } from '../../parts/pack-texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import type { Target } from './pack-rules.ts';
import { batteryTexts } from './texts.ts';

interface Draft {
  kind: Target;
  station: string | null;
  n: number | null;
  name: string;
}

function targetOf({ kind, station, n, name }: Draft): MovementTarget | null {
  const target =
    kind === 'slot'
      ? { kind, station, slot: n }
      : kind === 'isolation'
        ? { kind, station, box: n }
        : kind === 'vehicle'
          ? { kind, vin: name.trim() }
          : { kind, ...(name.trim() === '' ? {} : { name: name.trim() }) };
  const parsed = movementTarget.safeParse(target);
  return parsed.success ? parsed.data : null;
}

interface MoveDialogProps {
  pack: Battery;
  targets: readonly Target[];
  close: () => void;
}

export function MoveDialog({ pack, targets, close }: MoveDialogProps) {
  const say = useTexts(batteryTexts);
  const placeWords = usePlaceWords();
  const client = useQueryClient();
  const send = useIntent();
  // Where the person saw it: the ledger refuses when it has moved since.
  const [from] = useState(pack.place);
  const [draft, setDraft] = useState<Draft>({ kind: targets[0] ?? 'workshop', station: null, n: null, name: '' });
  const to = targetOf(draft);
  const act = async (reason: string) => {
    if (to === null) return;
    const json = { pack: pack.code, to, reason, ...(from === null ? {} : { from: from.place }) };
    await send((header) => bodyOf(api.movements.$post({ header, json })));
    await client.invalidateQueries({ queryKey: ['batteries'] });
    await client.invalidateQueries({ queryKey: ['inventory'] });
  };
  return (
    <ReasonDialog
      title={say('title.move')}
      consequence={say('about.move')}
      confirm={say('action.move')}
      dangerous
      complete={to !== null}
      act={act}
      close={close}
    >
      <Text size="sm">{say('to.now', { place: placeWords(from) })}</Text>
      <TargetFields draft={draft} targets={targets} set={setDraft} />
    </ReasonDialog>
  );
}

interface TargetFieldsProps {
  draft: Draft;
  targets: readonly Target[];
  set: (draft: Draft) => void;
}

function TargetFields({ draft, targets, set }: TargetFieldsProps) {
  const say = useTexts(batteryTexts);
  const sayPack = useTexts(packTexts);
  const inStation = draft.kind === 'slot' || draft.kind === 'isolation';
  const nameOf = (kind: Target) =>
    kind === 'slot' || kind === 'isolation' ? say(`to.${kind}`) : sayPack(`place.${kind}`);
  return (
    <>
      <Select
        label={say('to.label')}
        data={targets.map((value) => ({ value, label: nameOf(value) }))}
        value={draft.kind}
        allowDeselect={false}
        onChange={(kind) => kind && set({ ...draft, kind: kind as Target })}
      />
      {inStation ? (
        <>
          <StationField station={draft.station} choose={(station) => set({ ...draft, station })} />
          <NumberInput
            label={say('to.n')}
            min={1}
            max={draft.kind === 'slot' ? 200 : 9}
            allowDecimal={false}
            value={draft.n ?? ''}
            onChange={(n) => set({ ...draft, n: typeof n === 'number' ? n : null })}
            required
          />
        </>
      ) : (
        <TextInput
          label={draft.kind === 'vehicle' ? say('to.vin') : say('to.name')}
          value={draft.name}
          onChange={(event) => set({ ...draft, name: event.currentTarget.value })}
          required={draft.kind === 'vehicle'}
          maxLength={40}
        />
      )}
    </>
  );
}

/** Stations the caller sees, by what is typed. */
function StationField({ station, choose }: { station: string | null; choose: (station: string | null) => void }) {
  const say = useTexts(batteryTexts);
  const { data } = useQuery({
    queryKey: ['stations', 'names'],
    queryFn: () => bodyOf(api.stations.$get({ query: { limit: '200' } })),
    staleTime: 60_000,
  });
  return (
    <Select
      label={say('to.station')}
      data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: `${id} · ${name}` }))}
      value={station}
      onChange={choose}
      searchable
      required
    />
  );
}
