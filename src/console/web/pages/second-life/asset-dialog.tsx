import { NativeSelect, SimpleGrid } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { assetFunctions } from '../../../../../schema/wire/cascade/grading.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { useSites } from './data.ts';
import { secondLifeTexts } from './texts.ts';

interface Draft {
  pack: string;
  site: string;
  function: (typeof assetFunctions)[number];
  powerKw: number | null;
  /** Null: by the grading of the pack. */
  energyKwh: number | null;
  socMinPct: number | null;
  socMaxPct: number | null;
  /** Null: by its function. */
  reservePct: number | null;
}

const whole = (kilo: number) => Math.round(kilo * 1000);

function bodyFor(draft: Draft, reason: string) {
  const { pack, site, function: work, powerKw, energyKwh, socMinPct, socMaxPct, reservePct } = draft;
  return {
    pack: pack.trim().toUpperCase(),
    site,
    function: work,
    powerW: whole(powerKw ?? 0),
    ...(energyKwh === null ? {} : { energyWh: whole(energyKwh) }),
    ...(socMinPct === null ? {} : { socMinPct }),
    ...(socMaxPct === null ? {} : { socMaxPct }),
    ...(reservePct === null ? {} : { reservePct }),
    reason,
  };
}

interface AssetDialogProps {
  /** Empty: it is to be typed. */
  pack: string;
  /** Empty: it is to be chosen. */
  site: string;
  close: () => void;
}

/** Gives a graded pack its second life: a code of its own, a site and a function. */
export function AssetDialog({ pack, site, close }: AssetDialogProps) {
  const say = useTexts(secondLifeTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [draft, setDraft] = useState<Draft>({
    pack,
    site,
    function: 'peakShaving',
    powerKw: null,
    energyKwh: null,
    socMinPct: 10,
    socMaxPct: 90,
    reservePct: null,
  });
  const act = async (reason: string) => {
    const json = bodyFor(draft, reason);
    await send((header) => bodyOf(api['second-life-assets'].$post({ header, json })));
    await client.invalidateQueries();
  };
  return (
    <ReasonDialog
      title={pack === '' ? say('asset.title') : say('asset.titleOf', { pack })}
      consequence={say('asset.about')}
      confirm={say('asset.confirm')}
      dangerous
      complete={draft.pack.trim() !== '' && draft.site !== '' && draft.powerKw !== null}
      act={act}
      close={close}
    >
      {(errorAt) => <AssetFields draft={draft} set={setDraft} errorAt={errorAt} fixed={{ pack, site }} />}
    </ReasonDialog>
  );
}

interface AssetFieldsProps {
  draft: Draft;
  set: (draft: Draft) => void;
  errorAt: ErrorAt;
  fixed: { pack: string; site: string };
}

function AssetFields({ draft, set, errorAt, fixed }: AssetFieldsProps) {
  const say = useTexts(secondLifeTexts);
  const { language } = useLanguage();
  const sites = useSites();
  const nameOf = ({ name, nameEn }: { name: string; nameEn: string | null }) =>
    language === 'en' ? (nameEn ?? name) : name;
  const number = (name: 'powerKw' | 'energyKwh' | 'socMinPct' | 'socMaxPct' | 'reservePct', pointer: string) => ({
    label: say(`asset.${name}`),
    value: draft[name],
    set: (value: number | null) => set({ ...draft, [name]: value }),
    error: errorAt(pointer),
    min: 0,
    decimals: 3,
  });
  return (
    <>
      {fixed.pack === '' && (
        <TextField
          label={say('asset.pack')}
          value={draft.pack}
          set={(value) => set({ ...draft, pack: value })}
          error={errorAt('/pack')}
          maxLength={24}
          required
        />
      )}
      {fixed.site === '' && (
        <NativeSelect
          label={say('asset.site')}
          value={draft.site}
          error={errorAt('/site')}
          data={[
            { value: '', label: '' },
            ...(sites.data?.items ?? []).map((each) => ({ value: each.id, label: `${each.id} · ${nameOf(each)}` })),
          ]}
          onChange={(event) => set({ ...draft, site: event.currentTarget.value })}
          required
        />
      )}
      <NativeSelect
        label={say('asset.function')}
        value={draft.function}
        error={errorAt('/function')}
        data={assetFunctions.map((value) => ({ value, label: say(`asset.for.${value}`) }))}
        onChange={(event) => set({ ...draft, function: event.currentTarget.value as Draft['function'] })}
      />
      <SimpleGrid cols={2} spacing="sm">
        <NumberField {...number('powerKw', '/powerW')} required />
        <NumberField {...number('energyKwh', '/energyWh')} description={say('asset.energyHint')} />
        <NumberField {...number('socMinPct', '/socMinPct')} max={100} />
        <NumberField {...number('socMaxPct', '/socMaxPct')} max={100} />
        <NumberField {...number('reservePct', '/reservePct')} description={say('asset.reserveHint')} max={100} />
      </SimpleGrid>
    </>
  );
}
